// A specification script as what is built for boards: each module with the actions on it, and modules that cannot be built.
// A program has one module: what others export is linked into it, as it is after their instantiation.

import { describeModule } from '../../../targets/module/description.js';
import { wat } from '../../core/wat.js';
import { type Assemble, AssemblerRefusal } from '../../spec/assemble.js';
import type { Action, Command, ModuleSource, Pattern } from '../../spec/script.js';
import { SPECTEST } from '../../spec/target.js';

/** A command on a module. */
export interface Step {
  line: number;
  action: Action;
  /** Absent where anything is fine. */
  expected?: Pattern[];
  /** How the trap's message starts. */
  trap?: string;
}

/** A module that others import from. */
interface LinkedBytes {
  name: string;
  bytes: Uint8Array;
}

export interface ScriptModule {
  line: number;
  bytes: Uint8Array;
  linked: LinkedBytes[];
  /** How the message of the trap starts that instantiation ends with; absent if it ends well. */
  trap?: string;
  /** Why building it has to fail; absent if it must not. */
  fault?: 'invalid' | 'unlinkable';
  /** That it can be built is an assertion. */
  isValid?: true;
  steps: Step[];
}

export interface ScriptModules {
  modules: ScriptModule[];
  /** Commands that are left out: malformed text is a matter for the assembler. */
  text: number;
  /** Commands of modules that no assembler here writes. */
  unwritten: number;
}

/** Assertions and actions. */
export function countSteps(modules: ScriptModule[]): number {
  return modules.reduce(
    (sum, { steps, trap, fault, isValid }) => sum + steps.length + ((trap ?? fault ?? isValid) ? 1 : 0),
    0,
  );
}

export function scriptModules(commands: Command[], assemble: Assemble): ScriptModules {
  const modules: ScriptModule[] = [];
  let text = 0;
  let unwritten = 0;
  const definitions = new Map<string, Uint8Array>();
  const instances = new Map<string, ScriptModule>();
  const registered: { name: string; module: ScriptModule }[] = [];

  function instantiate(bytes: Uint8Array, line: number, name: string, trap?: string): void {
    const module = {
      line,
      bytes,
      linked: linkedFor(bytes, registered),
      steps: [],
      ...(trap !== undefined && { trap }),
    };
    modules.push(module);
    if (trap !== undefined) return;
    instances.set('', module).set(name, module);
  }

  function step(line: number, action: Action, more: Partial<Step> = {}): void {
    const instance = instances.get(action.instance);
    if (instance) instance.steps.push({ line, action, ...more });
    else unwritten++;
  }

  function perform(command: Command): void {
    const { line } = command;
    switch (command.kind) {
      case 'module':
        if (!command.definition) {
          instances.delete('');
          instances.delete(command.name);
          instantiate(assemble(command.module), line, command.name);
        } else {
          const bytes = assemble(command.module);
          definitions.set('', bytes).set(command.name, bytes);
        }
        break;
      case 'instance':
        instantiate(definitions.get(command.module)!, line, command.name);
        break;
      case 'register':
        registered.push({ name: command.name, module: instances.get(command.instance)! });
        break;
      case 'action':
        step(line, command.action);
        break;
      case 'assert_return':
        step(line, command.action, { expected: command.expected });
        break;
      case 'assert_trap':
      case 'assert_exhaustion':
        step(line, command.action, { trap: command.message });
        break;
      case 'assert_trap_module':
        instantiate(assemble(command.module as ModuleSource), line, '', command.message);
        break;
      case 'assert_invalid':
      case 'assert_malformed':
        if (command.kind === 'assert_malformed' && command.module.form !== 'binary') text++;
        else modules.push({ line, bytes: assemble(command.module), linked: [], steps: [], fault: 'invalid' });
        break;
      case 'assert_valid':
        modules.push({ line, bytes: assemble(command.module), linked: [], steps: [], isValid: true });
        break;
      case 'assert_unlinkable': {
        const bytes = assemble(command.module);
        modules.push({ line, bytes, linked: linkedFor(bytes, registered), steps: [], fault: 'unlinkable' });
        break;
      }
      default:
        throw new Error(`${command.kind} is not supported`);
    }
  }

  for (const command of commands) {
    try {
      perform(command);
    } catch (error) {
      if (!(error instanceof AssemblerRefusal)) throw error;
      if (command.kind !== 'module') unwritten++;
    }
  }
  return { modules, text, unwritten };
}

/** The registered modules that a module needs, those that they need themselves first; the latest of a name counts. */
function linkedFor(bytes: Uint8Array, registered: { name: string; module: ScriptModule }[]): LinkedBytes[] {
  const linked: LinkedBytes[] = [];
  const wanted = new Set<string>();
  const visit = (importing: Uint8Array) => {
    for (const each of describeModule(importing).imports) {
      if (each.module === SPECTEST.module) wanted.add(each.name);
      const found = [...registered].reverse().find(({ name }) => name === each.module);
      if (!found || linked.some(({ name }) => name === each.module)) continue;
      visit(found.module.bytes);
      linked.push({ name: each.module, bytes: found.module.bytes });
    }
  };
  visit(bytes);
  return wanted.size === 0 ? linked : [{ name: SPECTEST.module, bytes: spectest(wanted) }, ...linked];
}

const TYPES: Record<string, string> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64' };

/** Returns the specification's host module, with the items of these names only. */
function spectest(names: Set<string>): Uint8Array {
  const { functions, globals, table, memory } = SPECTEST;
  const fields = [
    ...functions.map(([name, letters]) => {
      const parameters = [...letters].map((letter) => TYPES[letter]).join(' ');
      return { name, text: `(func (export "${name}") (param ${parameters}))` };
    }),
    ...globals.map(({ name, type, literal }) => {
      return { name, text: `(global (export "${name}") ${type} (${type}.const ${literal}))` };
    }),
    { name: table.name, text: `(table (export "${table.name}") ${table.minimum} ${table.maximum} funcref)` },
    { name: memory.name, text: `(memory (export "${memory.name}") ${memory.minimum} ${memory.maximum})` },
  ];
  return wat(`(module ${fields.flatMap(({ name, text }) => (names.has(name) ? [text] : [])).join('\n')})`);
}
