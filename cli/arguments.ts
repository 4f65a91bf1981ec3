// Separates the words of the command line that are tazzina's own from those of the program that `tazzina run` runs.

import type { Option } from 'commander';
import { editDistance } from '../boards/edit-distance.js';

const NUMBER = /^[-+](\d|\.\d|inf|nan)/i;

/** An option that stands alone or in front of one of its choices: `--jit`, `--jit all`. */
const hasChoices = ({ optional, argChoices }: Option) => optional && argChoices !== undefined;

/**
 * The words with the values of options that need none joined to them: `--jit all FILE` as `--jit=all FILE`. A word behind such
 * an option is its value if it is one of the choices; else it is not, and the option has the value that it has alone.
 */
export function valuesJoined(words: readonly string[], options: readonly Option[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === '--') return [...joined, ...words.slice(at)];
    const option = options.find((each) => each.long === word && hasChoices(each));
    if (!option) joined.push(word);
    else if (option.argChoices!.includes(words[at + 1])) joined.push(`${word}=${words[++at]}`);
    else joined.push(`${word}=${option.presetArg}`);
  }
  return joined;
}

/**
 * The words with tazzina's own options in front, then `--` and the file with the program's arguments. Options may stand
 * before and after the file; from the first argument on, everything is the program's. With --invoke the arguments are
 * numbers, and options may stand among them. `passed` gets words that look like an option of tazzina, and are the program's all the
 * same, with that option.
 */
export function programWordsLast(
  words: readonly string[],
  options: readonly Option[],
  passed: (word: string, option: string) => void = () => {},
): string[] {
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
    const found = options.find((each) => isOption(word, each));
    if (isArgument && found && word.startsWith('--')) passed(found.long!, found.long!);
    const option = isArgument ? undefined : found;
    if (option) {
      own.push(word);
      if (option.long === '--invoke') invoking = true;
      const hasValue = option.required || (hasChoices(option) && option.argChoices!.includes(words[at + 1]));
      if (!hasValue || word.includes('=')) continue;
      // Without its value at the end, the option must not take `--` for it.
      if (at + 1 === words.length) return valuesJoined(own, options);
      own.push(words[++at]);
    } else if (/^-./.test(word) && !NUMBER.test(word) && (others.length === 0 || invoking)) {
      // Unknown, which commander says better.
      own.push(word);
    } else {
      const similar = found === undefined ? similarOption(word, options) : undefined;
      if (similar !== undefined) passed(word, similar);
      others.push(word);
    }
  }
  return [...valuesJoined(own, options), '--', ...others];
}

/** The option for which a word may be a slip: `--invok`, `--bord=puckjs`. */
function similarOption(word: string, options: readonly Option[]): string | undefined {
  const [name] = word.split('=');
  // `--` and three letters.
  if (!name.startsWith('--') || name.length < 5) return undefined;
  const longs = options.flatMap(({ long }) => long ?? []);
  return longs.find((long) => editDistance(name, long) === 1) ?? longs.find((long) => long.startsWith(name));
}

function isOption(word: string, { long, short }: Option): boolean {
  return word === long || word === short || word.startsWith(`${long}=`);
}
