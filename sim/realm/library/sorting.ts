// Sorting as Espruino does it: a quicksort that compares the same pairs and swaps the same items, since equal items change places. Source of
// the rules: `_jswrap_array_sort`, src/jswrap_array.c of Espruino 2v29.

/** Below 0, 0 or above 0: the order of two items. */
type Compare = (a: unknown, b: unknown) => number;

/** Sorts all items in place. */
export type Sort = (items: unknown[], compare: Compare) => void;

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function makeSort(): Sort {
  /** The number of items from which the pivot is the median of the first, the middle and the last. */
  const MANY = 11;
  const medianToFront = (items: unknown[], first: number, count: number, compare: Compare) => {
    const middle = first + (count >> 1);
    const last = first + count - 1;
    const lowToMiddle = compare(items[first], items[middle]);
    const middleToHigh = compare(items[middle], items[last]);
    const lowToHigh = compare(items[first], items[last]);
    let median = first;
    if ((lowToMiddle <= 0 && middleToHigh <= 0) || (lowToHigh <= 0 && middleToHigh >= 0)) median = middle;
    else if ((lowToMiddle >= 0 && lowToHigh <= 0) || (middleToHigh >= 0 && lowToHigh >= 0)) median = last;
    const low = items[first];
    items[first] = items[median];
    items[median] = low;
  };
  const sort = (items: unknown[], first: number, count: number, compare: Compare): void => {
    if (count < 2) return;
    if (count >= MANY) medianToFront(items, first, count, compare);
    const pivot = items[first];
    let isLowest = true;
    let place = first;
    for (let at = first + 1; at < first + count; at++) {
      const item = items[at];
      const order = compare(item, pivot);
      if (order > 0) continue;
      if (order < 0) isLowest = false;
      items[place++] = item;
      items[at] = items[place];
      items[place] = pivot;
    }
    sort(items, place + 1, first + count - place - 1, compare);
    // All items before the lowest one equal it.
    if (!isLowest) sort(items, first, place - first, compare);
  };
  return (items, compare) => sort(items, 0, items.length, compare);
}
