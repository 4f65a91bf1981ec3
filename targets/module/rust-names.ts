// Names of Rust's first ("legacy") mangling as people write them: without the hash of the crate and its types, and with the characters
// that stood as escapes. Linkers leave either the symbol (`_ZN4core3fmt5write17h…E`) or the path that a demangler for C++ makes of it
// (`core::fmt::write::h…`). Names of other manglings stay as they are.

/** The last part of each path: 64 bits (rustc, `legacy.rs`: `h` and 16 hexadecimal digits). */
const HASH = /^h[0-9a-f]{16}$/;
/** Behind it, LLVM's suffix for what it has made visible to other parts of the program. */
const HASH_BEHIND_PATH = /::h[0-9a-f]{16}(?: ?\(?\.llvm\.\d+\)?)?$/;
const SYMBOL = /^_?_ZN(\d.*17h[0-9a-f]{16})E(?:\.llvm\.\d+)?$/;

const ESCAPES: Record<string, string> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
};

/** Returns the parts of a symbol's path, each of which has its length in front; undefined if a length is wrong. */
function partsOf(path: string): string[] | undefined {
  const parts: string[] = [];
  for (let at = 0; at < path.length; ) {
    const [digits] = /^\d*/.exec(path.slice(at))!;
    const start = at + digits.length;
    at = start + Number(digits);
    if (digits === '' || at > path.length) return undefined;
    parts.push(path.slice(start, at));
  }
  return parts;
}

/** `_$LT$str$u20$as$u20$a..B$GT$` is `<str as a::B>`. */
const withoutEscapes = (path: string) =>
  path
    .replace(/(^|::)_(?=\$)/g, '$1')
    .replace(/\$(?:u([0-9a-f]{1,5})|([A-Z]{1,2}))\$/g, (whole, code, name) =>
      code === undefined ? (ESCAPES[name] ?? whole) : String.fromCodePoint(Number.parseInt(code, 16)),
    )
    .replaceAll('..', '::');

/** Returns the name without Rust's mangling; other names as they are. */
export function withoutMangling(name: string): string {
  const [, path] = SYMBOL.exec(name) ?? [];
  const parts = path === undefined ? undefined : partsOf(path);
  if (parts !== undefined && HASH.test(parts[parts.length - 1])) return withoutEscapes(parts.slice(0, -1).join('::'));
  return HASH_BEHIND_PATH.test(name) ? withoutEscapes(name.replace(HASH_BEHIND_PATH, '')) : name;
}
