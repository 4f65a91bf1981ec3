// The module crypto: hashes, AES and PBKDF2, with the results and the messages of Espruino 2v29. Source: libs/crypto/jswrap_crypto.c.

import { createCipheriv, createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { BoardError } from '../board-error.js';
import type { Realm } from '../realm/realm.js';
import { bytesOf } from './bytes.js';

interface CryptoBoard {
  print(text: string): void;
}

const HASHES = ['SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512'];
const BLOCK = 16;
const KEY_SIZES = [16, 24, 32];
/** The names that Node has for Espruino's. */
const MODES: Record<string, string> = { CBC: 'cbc', ECB: 'ecb' };
/** Modes whose results there are not those of the standard. */
const NOT_SIMULATED = ['CTR', 'CFB'];
/** Modes that the firmware knows, and leaves out. */
const UNAVAILABLE = ['OFB'];
const MOST_ITERATIONS = 100_000;

export function cryptoModule(board: CryptoBoard, realm: Realm): unknown {
  const { parts } = realm;
  const buffer = (bytes: ArrayLike<number>) => parts.uint8Array(bytes).buffer;
  const bytesIn = (value: unknown) => (value === undefined ? new Uint8Array(0) : Uint8Array.from(bytesOf(value)));
  /** Espruino prints what it cannot do, and goes on. */
  const fails = (message: string): undefined => {
    board.print(`ERROR: ${message}\n`);
    return undefined;
  };
  const crypt = (isEncrypting: boolean) => (message: unknown, key: unknown, options: unknown) => {
    if (options !== undefined && (typeof options !== 'object' || options === null))
      return fails("'options' must be undefined, or an Object");
    const { mode = 'CBC', iv } = Object(options) as { mode?: unknown; iv?: unknown };
    const name = String(mode);
    if (UNAVAILABLE.includes(name)) return fails('Feature unavailable');
    if (NOT_SIMULATED.includes(name)) throw new BoardError(`AES in mode ${name} is not simulated`);
    if (!Object.hasOwn(MODES, name)) throw new BoardError(`Unknown Crypto mode ${JSON.stringify(name)}`);
    if (message === undefined) return undefined;
    const [data, secret] = [bytesIn(message), bytesIn(key)];
    if (!KEY_SIZES.includes(secret.length)) return fails('Unknown error: -0x20');
    if (data.length % BLOCK !== 0) return fails('Invalid input length');
    const start = new Uint8Array(BLOCK);
    start.set(bytesIn(iv).subarray(0, BLOCK));
    const make = isEncrypting ? createCipheriv : createDecipheriv;
    const cipher = make(`aes-${secret.length * 8}-${MODES[name]}`, secret, name === 'ECB' ? null : start);
    cipher.setAutoPadding(false);
    return buffer(Buffer.concat([cipher.update(data), cipher.final()]));
  };
  const hashes = HASHES.map((name) => [
    name,
    (message: unknown) =>
      message === undefined ? undefined : buffer(createHash(name.toLowerCase()).update(bytesIn(message)).digest()),
  ]);
  const made = realm.namespace({
    ...Object.fromEntries(hashes),
    PBKDF2(passphrase: unknown, salt: unknown, options: unknown) {
      const { keySize = 4, iterations = 1, hasher = 'SHA1' } = Object(options) as Record<string, unknown>;
      const known = HASHES.find((name) => name === hasher);
      if (!known) {
        const shown = typeof hasher === 'string' ? hasher : 'function () { [native code] }';
        throw new BoardError(`Unknown Hasher ${JSON.stringify(shown)}`);
      }
      const bytes = Math.min(1024, Math.max(0, Math.trunc(Number(keySize)) * 4));
      const rounds = Math.min(MOST_ITERATIONS, Math.max(1, Math.trunc(Number(iterations))));
      return buffer(pbkdf2Sync(bytesIn(passphrase), bytesIn(salt), rounds, bytes, known.toLowerCase()));
    },
  });
  parts.define(made, 'AES', realm.namespace({ encrypt: crypt(true), decrypt: crypt(false) }));
  return made;
}
