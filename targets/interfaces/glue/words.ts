// Words of the cases of a variant, which are all passed in the widest type (CanonicalABI.md, "Flattening").

import { type Code, js } from '../../compiler/javascript/trees/code.js';
import type { CoreType } from '../canonical.js';

/** A word as one of a wider type, in which all cases of a variant are passed. */
export function widened(word: Code, narrow: CoreType, wide: CoreType): Code {
  if (narrow === wide) return word;
  if (narrow === 'f64') return js`bits64(${word})`;
  const bits = narrow === 'f32' ? js`bits32(${word})` : word;
  return wide === 'i64' ? js`wide(${bits})` : bits;
}

export function narrowed(word: Code, wide: CoreType, narrow: CoreType): Code {
  if (narrow === wide) return word;
  if (narrow === 'f64') return js`float64(${word})`;
  const bits = wide === 'i64' ? js`narrow(${word})` : word;
  return narrow === 'f32' ? js`float32(${bits})` : bits;
}
