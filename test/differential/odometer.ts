// Every sequence of choices, one after the other: a program that asks for one number at a time is run until the last
// sequence, however the numbers that it asks for depend on those that it got.

/** A number from 0 to `count` - 1. */
export type Choose = (count: number) => number;

/** Runs `write` once for each sequence of choices, in lexical order. */
export function* everyChoice<Written>(write: (choose: Choose) => Written): Generator<Written> {
  const digits: number[] = [];
  const counts: number[] = [];
  for (;;) {
    let at = 0;
    yield write((count) => {
      if (at === digits.length) digits.push(0);
      counts[at] = count;
      return digits[at++];
    });
    while (digits.length > 0 && digits[digits.length - 1] + 1 >= counts[digits.length - 1]) digits.pop();
    if (digits.length === 0) return;
    digits[digits.length - 1]++;
  }
}
