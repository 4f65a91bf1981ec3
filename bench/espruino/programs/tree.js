// A binary search tree of objects: insertion, search, removal and a walk by recursion.
var tree;

function insert(key) {
  var parent = tree;
  var side = 'left';
  var node = tree.left;
  while (node) {
    if (node.key == key) {
      node.count++;
      return;
    }
    parent = node;
    side = key < node.key ? 'left' : 'right';
    node = node[side];
  }
  parent[side] = { left: null, right: null, key: key, count: 1 };
}

function find(key) {
  var node = tree.left;
  while (node && node.key != key) node = key < node.key ? node.left : node.right;
  return node ? node.count : 0;
}

function remove(key) {
  var parent = tree;
  var side = 'left';
  var node = tree.left;
  while (node && node.key != key) {
    parent = node;
    side = key < node.key ? 'left' : 'right';
    node = node[side];
  }
  if (!node) return;
  if (node.left && node.right) {
    parent = node;
    side = 'right';
    var least = node.right;
    while (least.left) {
      parent = least;
      side = 'left';
      least = least.left;
    }
    node.key = least.key;
    node.count = least.count;
    node = least;
  }
  parent[side] = node.left ? node.left : node.right;
}

function sum(node, depth) {
  if (!node) return 0;
  return sum(node.left, depth + 1) + node.key * node.count + depth + sum(node.right, depth + 1);
}

function run(n) {
  var random = 1;
  var total = 0;
  while (n-- > 0) {
    tree = { left: null };
    for (var i = 0; i < 300; i++) {
      random = (random * 1664525 + 1013904223) | 0;
      insert(random >>> 22);
    }
    for (i = 0; i < 1024; i += 3) total += find(i);
    for (i = 0; i < 1024; i += 5) remove(i);
    total = (total * 31 + sum(tree.left, 0)) | 0;
  }
  return total;
}
