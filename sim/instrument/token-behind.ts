// Finds tokens that are no nodes of the tree, such as operators.

/** The first place from `end` on, the end of a node, where the token stands: behind parentheses and comments. */
export function tokenBehind(end: number, token: string, source: string): number {
  let at = end;
  while (!source.startsWith(token, at)) {
    if (source.startsWith('/*', at)) at = source.indexOf('*/', at) + 2;
    else if (source.startsWith('//', at)) at = source.indexOf('\n', at);
    else at++;
  }
  return at;
}
