// The findings of static analysis with which a program does not start. All others are simulated as Espruino executes them, or found
// while the program runs.

const refused = new Set(
  (
    'syntax|label|default argument|rest argument|spread|destructuring|generator|async|**|?.|logical assignment|BigInt|' +
    'private name|computed key|case after default|new.target|import.meta|import|export|with|tagged template|' +
    'static block|field without value|quoted member|keyword as member|reserved word|unicode escape|unicode name|' +
    'HTML comment|escaped ${|return before a line end|regex / in a class|.BYTES_PER_ELEMENT'
  ).split('|'),
);

/** Syntax that the firmware of the board cannot parse. Names that its library lacks are not in the realm. */
const missingSyntax =
  /^missing on this board: (arrow|class|template|getter|shorthand|object methods|regular|for|block scope)/;

/** Whether a program with a finding of this kind cannot start. */
export function preventsStart(what: string): boolean {
  return refused.has(what) || missingSyntax.test(what);
}
