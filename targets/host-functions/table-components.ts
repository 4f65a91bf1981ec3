// Functions of WASI preview 2 (0.2, in any of its versions) that a board provides to components: clocks, random numbers, the console, an
// environment without variables, exit. There are no files: the list of folders is empty, and nothing can be opened.

export interface ComponentFunction {
  /** Name of the implementation in implementations-components.ts. */
  implementation: string;
  /** The feature of Espruino that the function needs and some boards lack. */
  feature?: string;
}

const random = (implementation: string): ComponentFunction => ({ implementation, feature: 'E.hwRand' });

/** Functions by interface, then by name. */
export const componentFunctions: Readonly<Record<string, Readonly<Record<string, ComponentFunction>>>> = {
  'cli/environment': {
    'get-environment': { implementation: 'componentNoList' },
    'get-arguments': { implementation: 'componentNoList' },
    'initial-cwd': { implementation: 'componentNone' },
  },
  'cli/exit': {
    exit: { implementation: 'componentExit' },
    'exit-with-code': { implementation: 'componentExitWithCode' },
  },
  'cli/stdin': { 'get-stdin': { implementation: 'componentInput' } },
  'cli/stdout': { 'get-stdout': { implementation: 'componentOutput' } },
  'cli/stderr': { 'get-stderr': { implementation: 'componentOutput' } },
  'cli/terminal-stdin': { 'get-terminal-stdin': { implementation: 'componentNone' } },
  'cli/terminal-stdout': { 'get-terminal-stdout': { implementation: 'componentNone' } },
  'cli/terminal-stderr': { 'get-terminal-stderr': { implementation: 'componentNone' } },
  'clocks/wall-clock': {
    now: { implementation: 'componentWallTime' },
    resolution: { implementation: 'componentWallResolution' },
  },
  'clocks/monotonic-clock': {
    now: { implementation: 'componentTime' },
    resolution: { implementation: 'componentResolution' },
    'subscribe-instant': { implementation: 'componentSubscribeInstant' },
    'subscribe-duration': { implementation: 'componentSubscribeDuration' },
  },
  'io/poll': { poll: { implementation: 'componentPoll' } },
  'random/random': {
    'get-random-bytes': random('componentRandomBytes'),
    'get-random-u64': random('componentRandom'),
  },
  'random/insecure': {
    'get-insecure-random-bytes': random('componentRandomBytes'),
    'get-insecure-random-u64': random('componentRandom'),
  },
  'random/insecure-seed': { 'insecure-seed': random('componentRandomPair') },
  'filesystem/preopens': { 'get-directories': { implementation: 'componentNoList' } },
  'filesystem/types': { 'filesystem-error-code': { implementation: 'componentNone' } },
};

/** Methods of streams that their implementations lack. */
const MISSING_METHODS: readonly string[] = [
  'write-zeroes',
  'blocking-write-zeroes-and-flush',
  'splice',
  'blocking-splice',
];

const WASI = /^wasi:([a-z/-]+)@0\.2\.\d+$/;

/** `wasi:cli/stdout@0.2.3` as `cli/stdout`; '' for an interface that is not of WASI preview 2. */
export const wasiInterface = (name: string): string => WASI.exec(name)?.[1] ?? '';

/** The function of an interface: `wasi:cli/stdout@0.2.3` and `get-stdout`. Undefined if boards have none. */
export function componentFunction(owner: string, name: string): ComponentFunction | undefined {
  return componentFunctions[wasiInterface(owner)]?.[name];
}

/** Whether boards have what the method of a resource does. Those of files are never called: no file can be opened. */
export function hasComponentMethod(owner: string, name: string): boolean {
  return wasiInterface(owner) !== 'io/streams' || !MISSING_METHODS.includes(name);
}
