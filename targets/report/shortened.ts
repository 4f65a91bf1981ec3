// Names and sentences of a module, of which there may be endless ones, as long as a page shows them.

/** Characters of a name; of longer ones the middle is left out. */
const MOST_CHARACTERS = 160;

export function shortened(name: string, most = MOST_CHARACTERS): string {
  const characters = [...name];
  if (characters.length <= most) return name;
  const half = most / 2;
  return `${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}`;
}

/** For sentences with names in them, of which there may be many. */
export function shortenedWords(text: string): string {
  return shortened(
    text.replace(/\S+/g, (word) => shortened(word)),
    MOST_CHARACTERS * 2,
  );
}
