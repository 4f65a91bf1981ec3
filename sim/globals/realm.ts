// A realm of its own for a program: ECMAScript's library as far as Espruino has it, and nothing of Node's.

import { createContext, runInContext } from 'node:vm';
import { CHECKS } from '../instrument/instrument.js';
import { boardFeatures } from '../language/board-features.js';
import { missingMethods, missingStatics, typedArrays } from '../language/library.js';
import { type PreludeHost, prelude, type RealmParts } from './prelude.js';

/** What there is of ECMAScript's. */
const present = new Set(
  (
    'Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Date Promise RegExp Error ' +
    'ReferenceError SyntaxError TypeError globalThis JSON Math ArrayBuffer DataView decodeURIComponent ' +
    `encodeURIComponent eval isFinite isNaN ${typedArrays.join(' ')}`
  ).split(' '),
);

type Members = Record<string, unknown>;

export class Realm {
  readonly global: Members;
  readonly parts: RealmParts;
  private readonly context = createContext({}, { codeGeneration: { strings: true, wasm: false } });

  /** `missing` is what the board's firmware leaves out. */
  constructor(
    host: PreludeHost,
    private readonly missing: readonly string[],
  ) {
    this.global = runInContext('globalThis', this.context) as Members;
    for (const name of Object.getOwnPropertyNames(this.global)) if (!present.has(name)) delete this.global[name];
    this.parts = runInContext(prelude, this.context, { filename: 'espruino' })(host);
    this.remove(missingStatics, missingMethods);
    this.leaveOut();
    this.global.global = this.global;
  }

  /** Removes what the board's firmware leaves out, of what is there by now. */
  leaveOut(): void {
    const features = boardFeatures(this.missing);
    this.remove(features.statics, features.methods);
    for (const name of features.globals) delete this.global[name];
  }

  private remove(
    statics: Readonly<Record<string, readonly string[]>>,
    methods: Readonly<Record<string, readonly string[]>>,
  ): void {
    for (const [name, members] of Object.entries(statics)) {
      const object = this.global[name] as Members | undefined;
      for (const member of members) if (object) Reflect.deleteProperty(object, member);
    }
    for (const [name, members] of Object.entries(methods)) {
      // V8 itself reads the flags of a regular expression as members.
      if (name === 'RegExp') continue;
      const owner = this.global[name] as { prototype: Members } | undefined;
      const prototype = name === 'TypedArray' ? (this.parts.typedArray as Members) : owner?.prototype;
      for (const member of members) if (prototype) Reflect.deleteProperty(prototype, member);
    }
  }

  /** Gives instrumented text its checks: a binding of the realm, not a global. */
  bindChecks(checks: object): void {
    this.global[CHECKS] = checks;
    // A constant is looked up much faster than a member of the global object.
    runInContext(`const ${CHECKS}=globalThis[${JSON.stringify(CHECKS)}];`, this.context);
    delete this.global[CHECKS];
  }

  run(text: string, file: string): unknown {
    return runInContext(text, this.context, { filename: file });
  }
}
