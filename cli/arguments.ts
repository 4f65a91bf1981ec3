// Which words of `tazzina run` are its own, and which belong to the program that it runs.

import type { Option } from 'commander';

const NUMBER = /^[-+](\d|\.\d|inf|nan)/i;

/**
 * The words with tazzina's own options in front, then `--` and the file with the program's arguments. Options may stand
 * before and after the file; from the first argument on, everything is the program's. With --invoke the arguments are
 * numbers, and options may stand among them.
 */
export function programWordsLast(words: string[], options: readonly Option[]): string[] {
  const own: string[] = [];
  const others: string[] = [];
  let invoking = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === '--') {
      others.push(...words.slice(at + 1));
      break;
    }
    const isArgument = others.length > 1 && !invoking;
    const option = isArgument ? undefined : options.find((each) => isOption(word, each));
    if (option) {
      own.push(word);
      if (option.long === '--invoke') invoking = true;
      if (!option.required || word.includes('=')) continue;
      // Without its value at the end, the option must not take `--` for it.
      if (at + 1 === words.length) return own;
      own.push(words[++at]);
    } else if (/^-./.test(word) && !NUMBER.test(word) && (others.length === 0 || invoking)) {
      // Unknown, which commander says better.
      own.push(word);
    } else others.push(word);
  }
  return [...own, '--', ...others];
}

function isOption(word: string, { long, short }: Option): boolean {
  return word === long || word === short || word.startsWith(`${long}=`);
}
