// Prints a mismatch: the module's behaviour, its text, and the command that shows it again.
import createWabt from 'wabt';

const FEATURES = { tail_call: true, multi_value: true, bulk_memory: true, reference_types: true, sign_extension: true };

const { readWasm } = await createWabt();

/** The text of a module; what wabt does not read comes as hexadecimal bytes. */
export function textOf(bytes: Uint8Array): string {
  try {
    return textOfSound(bytes);
  } catch {
    return Buffer.from(bytes).toString('hex');
  }
}

function textOfSound(bytes: Uint8Array): string {
  // wabt reads the whole buffer of a view.
  const module = readWasm(new Uint8Array(bytes), { readDebugNames: true, ...FEATURES });
  try {
    module.applyNames();
    return module.toText({ foldExprs: false, inlineExport: false });
  } finally {
    module.destroy();
  }
}

const SOURCES =
  'tiers sequences random translated board native cores sizes addresses windows optimised traps verified real fuzzer mutation'.split(
    ' ',
  );

/** `source` is the option that counts modules of its kind. */
export function reproduction(source: string, seed: number, found: string[], bytes: Uint8Array): string {
  const others = SOURCES.filter((other) => other !== source);
  const command = `npm run fuzz -- --${source} 1 --seed ${seed} ${others.map((other) => `--${other} 0`).join(' ')}`;
  return [...found, textOf(bytes), `To reproduce: ${command}`].join('\n');
}
