// Modules in the text format, `.wat`: recognised, and assembled with wabt.

const FEATURES = {
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  extended_const: true,
  multi_memory: true,
  exceptions: true,
  simd: true,
};

/** The text has no module in it: the message has the lines that are wrong. */
export class TextFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TextFormatError';
  }
}

/** Whether a file is text: by its name, or because it starts as text does. */
export function isTextFormat(name: string, bytes: Uint8Array): boolean {
  if (/\.(wat|wast)$/i.test(name)) return bytes[0] !== 0;
  const start = new TextDecoder().decode(bytes.subarray(0, 4096));
  return /^\s*(\(|;;)/.test(start);
}

/**
 * The binary of a module in the text format, with a name section. It is not validated. `name` is the file's, for
 * messages. Throws a TextFormatError.
 */
export async function assembleText(text: string | Uint8Array, name = 'module.wat'): Promise<Uint8Array> {
  const { default: createWabt } = await import('wabt');
  const { parseWat } = await createWabt();
  let parsed: ReturnType<typeof parseWat> | undefined;
  try {
    // wabt ignores the offset and length of a view and reads its whole buffer: the copy has one of its own.
    parsed = parseWat(name, typeof text === 'string' ? text : new Uint8Array(text), FEATURES);
    parsed.resolveNames();
    return new Uint8Array(parsed.toBinary({ write_debug_names: true }).buffer);
  } catch (error) {
    throw new TextFormatError(
      String((error as Error).message)
        .replace(/^parseWat failed:\s*/, '')
        .trim(),
    );
  } finally {
    parsed?.destroy();
  }
}
