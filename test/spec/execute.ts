// Runs one script against a target, command by command. A failing command does not stop the script.
import { type Assemble, AssemblerRefusal } from './assemble.js';
import { type Action, type Command, formatValue, type ModuleSource, matches, type SpecValue } from './script.js';
import { type CreateTarget, type FailureKind, SpecFailure } from './target.js';

export type Status =
  | 'passed'
  | 'failed'
  /** Malformed text: a matter for the assembler, which is no part of what is tested. */
  | 'text'
  /** The assembler does not write this module. */
  | 'refused';

export interface Outcome {
  line: number;
  kind: string;
  status: Status;
  /** Why it is not 'passed'. */
  reason: string;
}

export function executeScript(commands: Command[], createTarget: CreateTarget, assemble: Assemble): Outcome[] {
  const target = createTarget(commands);
  const definitions = new Map<string, unknown>();
  const instances = new Map<string, unknown>();

  /** `name` is '' for the latest. */
  function find(things: Map<string, unknown>, name: string): unknown {
    const thing = things.get(name);
    if (thing === undefined) throw new Error(`there is no module ${name || 'yet, or the latest failed'}`);
    return thing;
  }

  function put(things: Map<string, unknown>, name: string, thing: unknown): void {
    things.set('', thing);
    things.set(name, thing);
  }

  function perform(action: Action): SpecValue[] {
    const instance = find(instances, action.instance);
    if (action.kind === 'get') return [target.get(instance, action.name)];
    return target.invoke(instance, action.name, action.arguments);
  }

  function load(module: ModuleSource): unknown {
    return target.load(assemble(module));
  }

  function execute(command: Command): Status {
    switch (command.kind) {
      case 'module': {
        // Until it is there, actions must not reach the module before it.
        const things = command.definition ? definitions : instances;
        things.delete('');
        things.delete(command.name);
        const module = load(command.module);
        put(things, command.name, command.definition ? module : target.instantiate(module));
        break;
      }
      case 'instance':
        instances.delete('');
        put(instances, command.name, target.instantiate(find(definitions, command.module)));
        break;
      case 'register':
        target.register(command.name, find(instances, command.instance));
        break;
      case 'action':
        perform(command.action);
        break;
      case 'assert_return': {
        const results = perform(command.action);
        const { expected } = command;
        if (results.length !== expected.length || !results.every((value, index) => matches(value, expected[index]))) {
          throw new Error(
            `got [${results.map(formatValue).join(', ')}], not [${expected.map(formatValue).join(', ')}]`,
          );
        }
        break;
      }
      case 'assert_trap':
        expectFailure(['trap'], command.message, () => perform(command.action));
        break;
      case 'assert_exhaustion':
        expectFailure(['exhaustion'], command.message, () => perform(command.action));
        break;
      case 'assert_trap_module': {
        const module = load(command.module);
        expectFailure(['trap'], command.message, () => target.instantiate(module));
        break;
      }
      case 'assert_valid':
        target.instantiate(load(command.module));
        break;
      case 'assert_unlinkable': {
        const module = load(command.module);
        expectFailure(['link'], command.message, () => target.instantiate(module));
        break;
      }
      case 'assert_malformed': {
        if (command.module.form !== 'binary') return 'text';
        const bytes = assemble(command.module);
        expectFailure(['decode', 'compile'], '', () => target.load(bytes));
        break;
      }
      case 'assert_invalid': {
        const bytes = assemble(command.module);
        expectFailure(['validation', 'compile'], '', () => target.load(bytes));
        break;
      }
      default:
        throw new Error(`${command.kind} is not supported`);
    }
    return 'passed';
  }

  return commands.map((command) => {
    const { line, kind } = command;
    try {
      const status = execute(command);
      return { line, kind, status, reason: status === 'text' ? 'malformed text' : '' };
    } catch (error) {
      const status = error instanceof AssemblerRefusal ? 'refused' : 'failed';
      return { line, kind, status, reason: describe(error) };
    }
  });
}

/** `message` is the specification's wording, which the target's has to start with; '' takes any. */
function expectFailure(kinds: FailureKind[], message: string, run: () => unknown): void {
  let failure: SpecFailure;
  try {
    run();
  } catch (error) {
    if (!(error instanceof SpecFailure)) throw error;
    failure = error;
    if (kinds.includes(failure.kind) && saysTheSame(failure.message, message)) return;
    throw new Error(`expected ${kinds[0]} '${message}': ${describe(failure)}`);
  }
  throw new Error(`expected ${kinds[0]} '${message}', but it succeeded`);
}

/** Scripts give some wordings with the index of the element at the end, which a target need not know. */
function saysTheSame(actual: string, expected: string): boolean {
  return actual.startsWith(expected) || actual.startsWith(expected.replace(/ \d+$/, ''));
}

function describe(error: unknown): string {
  if (error instanceof SpecFailure) return `${error.kind} error: ${error.message}`;
  return error instanceof Error
    ? error.name === 'Error'
      ? error.message
      : `${error.name}: ${error.message}`
    : String(error);
}
