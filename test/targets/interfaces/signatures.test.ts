// Signatures at the limits of the Canonical ABI on Node: compared with jco.
import { expect, it } from 'vitest';
import { instantiateTyped } from '../../../targets/node/index.js';
import { wat } from '../../core/wat.js';
import { componentOf, instantiateByJco } from './jco.js';
import {
  SIGNATURES,
  SIGNATURES_CALLS,
  SIGNATURES_HOST,
  SIGNATURES_PRINTED,
  SIGNATURES_WIT,
} from './signature-module.js';

const NAMES = ['told16', 'told17', 'seen17', 'tried', 'counted', 'failed'];

/** Instantiates a component, and returns what the calls print. */
async function printed(instantiate: (imports: Record<string, (...values: never[]) => unknown>) => unknown) {
  const lines: string[] = [];
  const print = (...values: unknown[]) => void lines.push(values.join(' '));
  const wide = (value: bigint) => String(value);
  const long = (low: number, high: number) => (BigInt(high) << 32n) | BigInt(low >>> 0);
  const host = new Function('print', 'wide', `${SIGNATURES_HOST}\nreturn { ${NAMES.join(', ')} };`)(print, wide);
  const app = await instantiate(host);
  // jco throws what a result has in the place of an error; here, that is the payload of an Error.
  const payloadOf = (thrown: unknown) => {
    if (!(thrown instanceof Error)) return thrown;
    return 'payload' in thrown ? thrown.payload : 'refused';
  };
  new Function('app', 'print', 'long', 'payloadOf', SIGNATURES_CALLS)(app, print, long, payloadOf);
  return lines;
}

it('signatures at the limits of the Canonical ABI do what jco makes of them', async () => {
  const component = await componentOf(wat(SIGNATURES), SIGNATURES_WIT);
  const expected = await printed((host) =>
    instantiateByJco(
      component,
      Object.fromEntries(Object.entries(host).map(([name, value]) => [name, { default: value }])),
    ),
  );
  expect(expected).toEqual(SIGNATURES_PRINTED);
  expect(await printed((host) => instantiateTyped(component, host))).toEqual(expected);
  expect(await printed((host) => instantiateTyped(wat(SIGNATURES), host, { wit: SIGNATURES_WIT }))).toEqual(expected);
}, 60_000);
