// Quicksort with a comparison function, of numbers of records that are kept in typed arrays.
var keys = new Int32Array(200);
var weights = new Int16Array(200);
var sorted = new Int16Array(200);
var pointers = new Int16Array(200);

function swap(list, a, b) {
  var kept = list[a];
  list[a] = list[b];
  list[b] = kept;
}

function sort(list, low, count, compare) {
  var high = low + count - 1;
  while (count > 7) {
    var left = low;
    var right = high + 1;
    swap(list, low, low + (count >> 1));
    for (;;) {
      do left++;
      while (left <= high && compare(list[left], list[low]) < 0);
      do right--;
      while (compare(list[right], list[low]) > 0);
      if (left >= right) break;
      swap(list, left, right);
    }
    swap(list, low, right);
    var before = right - low;
    var behind = high - right;
    if (before < behind) {
      sort(list, low, before, compare);
      low = right + 1;
      count = behind;
    } else {
      sort(list, right + 1, behind, compare);
      high = right - 1;
      count = before;
    }
  }
  for (var end = low + 1; end <= high; end++)
    for (var at = end; at > low && compare(list[at - 1], list[at]) > 0; at--) swap(list, at - 1, at);
}

function byKey(a, b) {
  var p = keys[a];
  var q = keys[b];
  return p < q ? -1 : p > q ? 1 : a - b;
}

function byWeight(a, b) {
  var p = weights[a];
  var q = weights[b];
  return p == q ? a - b : p - q;
}

function run(n) {
  var random = 7;
  var sum = 0;
  while (n-- > 0) {
    for (var i = 0; i < 200; i++) {
      random = (random * 1664525 + 1013904223) | 0;
      keys[i] = random >>> 20;
      weights[i] = (random >> 8) & 63;
      sorted[i] = pointers[i] = i;
    }
    sort(sorted, 0, 200, byKey);
    sort(pointers, 0, 200, byWeight);
    for (i = 0; i < 200; i += 9) sum = (sum * 31 + keys[sorted[i]] + pointers[i]) | 0;
  }
  return sum;
}
