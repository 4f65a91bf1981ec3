// A separate realm for a program, with the part of ECMAScript's library that Espruino has, and nothing of Node's.

import { createContext, runInContext } from 'node:vm';
import { type BoardFeatures, boardFeatures } from '../language/board-features.js';
import { missingMethods, missingStatics, typedArrays } from '../language/library.js';
import { SimulationError } from '../simulation-error.js';
import { makeParts } from './make-parts.js';
import { Membrane, textForRealm } from './membrane.js';
import type { LibraryHost, RealmParts } from './parts.js';

/** Globals of ECMAScript that exist. */
const present = new Set(
  (
    'Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Date Promise RegExp Error ' +
    'ReferenceError SyntaxError TypeError globalThis JSON Math ArrayBuffer DataView decodeURIComponent ' +
    `encodeURIComponent eval isFinite isNaN ${typedArrays.join(' ')}`
  ).split(' '),
);

type Members = Record<string, unknown>;

/** Text of a program, instrumented. */
export interface CompiledText {
  text: string;
  /** For findings. */
  file: string;
  /** The name of the script, which V8's stacks have. */
  script: string;
}

export class Realm {
  readonly global: Members;
  readonly parts: RealmParts;
  readonly membrane: Membrane;
  private readonly features: BoardFeatures;
  // A context object with a prototype would lend its members, which are Node's, to the global object.
  private readonly context = createContext(Object.create(null), { codeGeneration: { strings: true, wasm: false } });

  /** `missing` is what the board's firmware leaves out; `onStop` is called when the program is ended. */
  constructor(host: LibraryHost, missing: readonly string[], onStop: () => void) {
    this.features = boardFeatures(missing);
    this.membrane = new Membrane((text) => runInContext(text, this.context, { filename: 'espruino' }), onStop);
    this.global = runInContext('globalThis', this.context) as Members;
    for (const name of Object.getOwnPropertyNames(this.global)) if (!present.has(name)) delete this.global[name];
    const { natives, stop } = this.membrane;
    const exposed = Object.entries(host).map(([name, run]) => [name, this.membrane.expose(run)]);
    this.parts = makeParts(this, Object.fromEntries(exposed) as unknown as LibraryHost, natives, stop);
    this.remove(missingStatics, missingMethods);
    this.leaveOut();
    this.global.global = this.global;
  }

  /** An object of the realm with these members; those that are functions are the simulator's. */
  object(members: Members): Members {
    return this.parts.object(Object.entries(members).map(([name, value]) => [name, this.exposed(value)]));
  }

  /** Makes an object of the library with these members. In Espruino it is a function. */
  namespace(members: Members): Members {
    return this.parts.namespace(Object.entries(members).map(([name, value]) => [name, this.exposed(value)]));
  }

  /** Makes an object of the library global. */
  installNamespace(name: string, members: Members): void {
    this.global[name] = this.namespace(members);
  }

  /** Makes globals of these; those that are functions are the simulator's. */
  install(members: Members): void {
    for (const [name, value] of Object.entries(members)) this.global[name] = this.exposed(value);
  }

  private exposed(value: unknown): unknown {
    return typeof value === 'function' ? this.membrane.expose(value as () => unknown) : value;
  }

  /** Runs a function of this simulator in the realm and returns its result. The function may use nothing but its parameters. */
  make<P extends unknown[], R>(factory: (...parameters: P) => R, ...parameters: P): R {
    const text = textForRealm(factory as (...values: unknown[]) => unknown);
    return (runInContext(text, this.context, { filename: 'espruino' }) as typeof factory)(...parameters);
  }

  /** Removes what the board's firmware leaves out, of what is there by now. */
  leaveOut(): void {
    const { statics, methods, globals } = this.features;
    this.remove(statics, methods);
    for (const name of globals) delete this.global[name];
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
      const owners = name === 'TypedArray' ? typedArrays : [name];
      for (const owner of owners) {
        const concealed = this.parts.concealed[owner];
        const shown = (this.global[owner] as { prototype: Members } | undefined)?.prototype;
        for (const member of members)
          for (const each of [concealed, shown]) if (each) Reflect.deleteProperty(each, member);
      }
    }
  }

  /** Gives the realm's scripts a constant: no global. It is looked up much faster than a member of the global object. */
  bind(name: string, value: unknown): void {
    const key = JSON.stringify(name);
    this.global[name] = value;
    runInContext(`const ${name}=globalThis[${key}];`, this.context);
    delete this.global[name];
  }

  /** Throws SimulationError for text that V8 does not take though Espruino may. */
  run({ text, file, script }: CompiledText): unknown {
    try {
      // To display an error, Node would ask the program how to show its stack.
      return runInContext(text, this.context, { filename: script, displayErrors: false });
    } catch (error) {
      // An object of Node's realm: V8 has not begun to run the text.
      if (!(error instanceof SyntaxError)) throw error;
      throw new SimulationError('not ECMAScript', { file, line: 1, column: 1, text: '' }, error.message);
    }
  }
}
