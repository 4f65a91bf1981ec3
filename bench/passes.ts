// What each pass over the intermediate code is worth: what is left of checks, variables and text where it is left out, counted,
// and the time in V8 as a ratio to that with all passes.

import { Opcode } from '../src/opcodes.js';
import { FunctionBuilder } from '../targets/compiler/intermediate/builder.js';
import {
  countUses,
  type FunctionCode,
  type Instruction,
  Proven,
  visit,
} from '../targets/compiler/intermediate/instruction.js';
import { isInline, nest } from '../targets/compiler/intermediate/nesting.js';
import { isLoad, isStore, Operation, Type } from '../targets/compiler/intermediate/operation.js';
import { espruinoCosts, espruinoPasses } from '../targets/compiler/javascript/espruino/passes.js';
import { runPasses, simplifier } from '../targets/compiler/passes/runner.js';
import { readModule } from '../targets/module/read-module.js';
import { compileModule, passNames } from '../targets/node/compile-module.js';
import { compare } from './compare.js';
import type { Contestant } from './contestant.js';
import { type Kernel, kernelBytes } from './kernels.js';
import { formatTable } from './table.js';

/** Sums over all kernels. */
export interface PassFigures {
  /** '' for none. */
  without: string;
  instructions: number;
  /** Accesses whose bounds, or whose alignment, are not proven. */
  unbounded: number;
  unaligned: number;
  /** Sums, differences, products and shifts to the left that may have to be wrapped. */
  wrapped: number;
  /** Variables besides parameters, and writes of variables. */
  variables: number;
  writes: number;
  /** Time in V8, to that with all passes. */
  ratio: number;
}

const WRAPPING = new Set<number>([Opcode.I32Add, Opcode.I32Sub, Opcode.I32Mul, Opcode.I32Shl]);

export async function measurePasses(kernels: Kernel[], rounds: number): Promise<PassFigures[]> {
  const choices: string[] = ['', ...passNames];
  const contestants = choices.map(withoutPass);
  const { means } = await compare(kernels, contestants, rounds);
  return choices.map((without, index) => ({ ...figuresOf(kernels, without), ratio: means[index] }));
}

function withoutPass(pass: string): Contestant {
  return {
    name: pass,
    prepare(bytes) {
      const module = compileModule(bytes, { dialect: 'node', canonicalNaN: false, without: pass === '' ? [] : [pass] });
      const { run } = module.instantiate().exports() as { run(n: number): number };
      return (n) => run(n) | 0;
    },
  };
}

function figuresOf(kernels: Kernel[], pass: string): Omit<PassFigures, 'ratio'> {
  const without = new Set<string>(pass === '' ? [] : [pass]);
  const figures = { without: pass, instructions: 0, unbounded: 0, unaligned: 0, wrapped: 0, variables: 0, writes: 0 };
  for (const { name } of kernels) {
    const code = readModule(kernelBytes(name));
    const { memory } = code;
    const minimumMemory = memory === null ? 0 : memory.minimum * memory.pageBytes;
    const builder = new FunctionBuilder(code, {
      fuel: false,
      simplify: simplifier(without),
      costs: espruinoCosts,
    });
    for (let index = code.importedFunctions; index < code.functions.length; index++) {
      const body: FunctionCode = builder.build(index);
      runPasses(body, espruinoPasses, espruinoCosts, { without, canonicalNaN: true, minimumMemory });
      countUses(body);
      nest(body, { callsMoveMemory: false });
      figures.variables += body.variables.length - body.parameterCount;
      visit(body.body, (instruction) => count(instruction, figures));
    }
  }
  return figures;
}

function count(instruction: Instruction, figures: Omit<PassFigures, 'ratio'>): void {
  const { operation } = instruction;
  if (operation === Operation.Get) return;
  figures.instructions++;
  // A value that is used several times, or cannot be nested, needs a variable too.
  const isNamed = instruction.type !== Type.None && instruction.uses > 0 && !isInline(instruction);
  if (isNamed) figures.variables++;
  if (operation === Operation.Set || isNamed) figures.writes++;
  if (WRAPPING.has(operation) && !instruction.has(Proven.Fits)) figures.wrapped++;
  if (!isLoad(operation) && !isStore(operation)) return;
  if (!instruction.has(Proven.InBounds)) figures.unbounded++;
  if (!instruction.has(Proven.Aligned)) figures.unaligned++;
}

export function formatPasses(all: PassFigures[]): string {
  const head = ['without', 'instructions', 'unbounded', 'unaligned', 'wrapped', 'variables', 'writes', 'time in V8'];
  const rows = all.map(({ without, ratio, ...figures }) => [
    without === '' ? 'none' : without,
    ...[figures.instructions, figures.unbounded, figures.unaligned, figures.wrapped].map(String),
    ...[figures.variables, figures.writes].map(String),
    ratio.toFixed(2),
  ]);
  return formatTable([head, ...rows]);
}
