// The interface that an upload needs of a connection to a board, for any kind of port.

export interface BoardConnection {
  /** For messages. */
  readonly port: string;
  /**
   * The value of an expression of Espruino's JavaScript, as JSON has it. It may be run twice, should the first answer not
   * come for so many milliseconds. Throws a BoardError with the board's words, or an UploadError of kind `connection`.
   */
  evaluate(expression: string, milliseconds?: number): Promise<unknown>;
  /** Runs a line whose end need not be told: one that restarts the board. */
  run(line: string): Promise<void>;
  close(): void;
}

/** The board threw. */
export class BoardError extends Error {}

/** Why nothing, or not all, was uploaded. */
export type UploadErrorKind = 'port' | 'connection' | 'board' | 'firmware' | 'storage' | 'verification';

/** The notes say what to do. */
export class UploadError extends Error {
  constructor(
    readonly kind: UploadErrorKind,
    message: string,
    readonly notes: readonly string[] = [],
  ) {
    super(message);
  }
}

/** Returns a line for the console that prints the value or the error between marks with this number. */
export function evaluationLine(expression: string, number: number): string {
  const result = `(function(){try{return{r:${expression}}}catch(e){return{e:e.toString()}}})()`;
  return `\x10print("<${number}<"+JSON.stringify(${result})+">${number}>")\n`;
}

/**
 * The value in what the console has printed since, or nothing if it is not all there. Throws a BoardError. Where characters
 * were lost or doubled on the way, the console may have printed other things between the marks before.
 */
export function evaluationResult(printed: string, number: number): { value: unknown } | undefined {
  const [start, end] = [`<${number}<`, `>${number}>`];
  const to = printed.lastIndexOf(end);
  const from = printed.lastIndexOf(`${start}{`, to);
  if (from < 0 || to < 0) return undefined;
  let result: { r?: unknown; e?: string };
  try {
    result = JSON.parse(printed.slice(from + start.length, to));
  } catch {
    return undefined;
  }
  if (result.e !== undefined) throw new BoardError(result.e);
  return { value: result.r };
}
