// Moves long runs of instructions that are not always executed into functions of their own: an interpreter of text like Espruino reads
// all that it passes over, and a call costs less than that. The variables that a run reads are parameters, and those that it changes
// and that are read behind it are results. Where it branches out, the function returns which of the branches it was, 0 for none.

import { Opcode } from '../../../src/opcodes.js';
import type { FunctionType } from '../../module/module-code.js';
import {
  constant,
  countUses,
  type FunctionCode,
  getOf,
  Instruction,
  Label,
  NO_OPERANDS,
  type Region,
  resolved,
  rewrite,
  setOf,
  visit,
} from '../intermediate/instruction.js';
import { isLoad, isStore, isTerminator, leavesFunction, Operation, Type } from '../intermediate/operation.js';
import { LivenessWalk, type VariableSet } from './liveness.js';

export interface Outlined {
  code: FunctionCode;
  type: FunctionType;
  /** The index of the function that it was part of. */
  partOf: number;
}

/**
 * Characters of a run that is worth it. Where it is executed, a parameter and a result cost as much as reading so many characters;
 * and the assignment of a result is repeated wherever the run ends.
 */
const LEAST_LENGTH = 200;
/** The same where control passes once a call. */
const LEAST_OUTSIDE_LOOPS = 500;
const LENGTH_OF_PARAMETER = 20;
const LENGTH_OF_RESULT = 40;
const LENGTH_OF_ASSIGNMENT = 4;
/** Espruino looks for variables one by one, and a function of many parameters takes many JsVars. */
const MOST_PARAMETERS = 12;
const MOST_RESULTS = 8;
/** Labels that a run may branch to. */
const MOST_EXITS = 8;
/** The part of a function that may be a run: there is no use in moving all of it. */
const MOST_OF_ALL = 0.8;
/** Sets of more variables take too long. */
const MOST_VARIABLES = 600;
/** Regions in each other: the walk is recursive. */
const MOST_LEVELS = 200;

/**
 * Splits the functions. Returns the new ones, whose indices start at `firstIndex`. Nothing that passes have found about variables is
 * valid afterwards.
 */
export function outline(bodies: readonly FunctionCode[], firstIndex: number): Outlined[] {
  const found: Outlined[] = [];
  const waiting = [...bodies];
  for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) {
    if (lengthOf(body.body) < LEAST_LENGTH || body.variables.length > MOST_VARIABLES) continue;
    if (levelsOf(body.body) > MOST_LEVELS) continue;
    const made = new Outlining(body, firstIndex + found.length).run();
    found.push(...made);
    // A check may now be in another function than what relies on it.
    for (const each of made.length > 0 ? [body, ...made.map(({ code }) => code)] : [])
      visit(each.body, (instruction) => {
        instruction.check = null;
      });
    // What was moved may have runs of its own.
    waiting.push(...made.map(({ code }) => code));
  }
  return found;
}

/** The live variables in front of each instruction. */
class LiveVariables extends LivenessWalk {
  constructor(body: Region) {
    super();
    this.walk(body);
  }

  atLabel(label: Label): VariableSet {
    return this.at(label);
  }

  /** In front of an instruction that has others behind it, or `after`. */
  before(region: Region, at: number, after: VariableSet): VariableSet {
    if (at === region.length) return after;
    const instruction = region[at];
    if (instruction.operation === Operation.Branch) return this.at(instruction.label!);
    if (instruction.operation !== Operation.Block) return this.found.get(instruction) ?? 0n;
    return this.before(instruction.regions![0], 0, this.before(region, at + 1, after));
  }

  protected override instruction(instruction: Instruction): void {
    super.instruction(instruction);
    this.found.set(instruction, this.state);
  }
}

/** What a run takes and gives. */
interface Interface {
  /** Variables that are parameters, and values from in front of the run that are. */
  variables: number[];
  values: Instruction[];
  results: number[];
  /** Where it branches to. */
  exits: Label[];
  /** The number of places where it ends. */
  ends: number;
  /** Whether control gets to its end. */
  fallsThrough: boolean;
}

class Outlining {
  private readonly code: FunctionCode;
  private readonly live: LiveVariables;
  private readonly made: Outlined[] = [];
  private readonly length: number;
  /** The number of loops around the place at hand, and around labels. */
  private loops = 0;
  private readonly loopsAround = new Map<Label, number>();
  private nextIndex: number;
  /** Words of results of several words. */
  private producers: Instruction[] = [];

  constructor(code: FunctionCode, nextIndex: number) {
    this.code = code;
    this.nextIndex = nextIndex;
    this.live = new LiveVariables(code.body);
    this.count();
    this.length = lengthOf(code.body);
  }

  run(): Outlined[] {
    this.region(this.code.body, 0n, false);
    return this.made;
  }

  /** Counts how often each value is used. */
  private count(): void {
    countUses(this.code);
    this.producers = [];
    visit(this.code.body, (instruction) => {
      if (instruction.producer !== null) this.producers.push(instruction);
    });
  }

  /**
   * `after`: the live variables behind it. `isOptional`: control may pass over its first instructions in each iteration of the
   * innermost loop.
   */
  private region(region: Region, after: VariableSet, isOptional: boolean): void {
    let isPassedOver = isOptional;
    let tried = 0;
    for (let at = 0; at < region.length; at++) {
      if (isPassedOver && at >= tried) {
        tried = this.endOfRun(region, at);
        const taken = this.take(region, at, tried, after);
        if (taken > 0) {
          at += taken - 1;
          tried = at + 1;
          continue;
        }
      }
      const instruction = region[at];
      const { operation, regions, label } = instruction;
      if (regions !== null) {
        const isLoop = operation === Operation.Loop;
        if (isLoop) this.loops++;
        if (label !== null) this.loopsAround.set(label, this.loops);
        const behind = this.live.before(region, at + 1, after);
        const isInner = operation === Operation.If || (isPassedOver && !isLoop);
        for (const inner of regions) this.region(inner, behind, isInner);
        if (isLoop) this.loops--;
      }
      if (this.branchesOut(instruction)) isPassedOver = true;
    }
  }

  /** Whether a branch leads to where the innermost loop goes on, past what follows. */
  private branchesOut(instruction: Instruction): boolean {
    const own = new Set<Label>();
    let isFound = false;
    const leads = (label: Label) => !own.has(label) && this.loopsAround.get(label) === this.loops;
    visit([instruction], ({ label, labels, regions }) => {
      if (label !== null && regions !== null) own.add(label);
      else if (label !== null && leads(label)) isFound = true;
      if (labels?.some(leads)) isFound = true;
    });
    return isFound;
  }

  /** Behind the instructions from a place on that can be moved. */
  private endOfRun(region: Region, from: number): number {
    let at = from;
    while (at < region.length && this.isMovable(region[at])) at++;
    return at;
  }

  /** Whether nothing but branches is in the way of moving an instruction. */
  private isMovable(instruction: Instruction): boolean {
    let isMovable = true;
    const own = new Set<Label>();
    visit([instruction], ({ operation, label, labels, regions, type, operands }) => {
      if (regions !== null && label !== null) own.add(label);
      if (
        labels?.some((each) => !own.has(each)) ||
        (leavesFunction(operation) && operation !== Operation.Unreachable) ||
        operation >= Operation.ResumePoint ||
        CALLS.includes(operation) ||
        (!mayHaveView(operation) && [type, ...operands.map((each) => resolved(each).type)].includes(Type.Reference))
      )
        isMovable = false;
    });
    return isMovable;
  }

  /** Moves a run, if that is worth it. Returns how many instructions are in its place, 0 if it stays. */
  private take(region: Region, from: number, to: number, after: VariableSet): number {
    if (to === from) return 0;
    const run = region.slice(from, to);
    const length = lengthOf(run);
    const least = this.loops > 0 ? LEAST_LENGTH : LEAST_OUTSIDE_LOOPS;
    if (length < least || length > this.length * MOST_OF_ALL) return 0;
    const found = this.interfaceOf(region, from, to, after);
    if (found === null) return 0;
    const parameters = found.variables.length + found.values.length;
    const results = found.results.length + (isNumbered(found) ? 1 : 0);
    if (found.exits.length > MOST_EXITS) return 0;
    if (parameters > MOST_PARAMETERS || results > MOST_RESULTS) return 0;
    const ofResult = LENGTH_OF_RESULT + found.ends * LENGTH_OF_ASSIGNMENT;
    if (length < least + parameters * LENGTH_OF_PARAMETER + results * ofResult) return 0;
    const call = this.moved(run, found);
    region.splice(from, to - from, ...call);
    this.count();
    return call.length;
  }

  /** Null if a value of the run is used behind it. */
  private interfaceOf(region: Region, from: number, to: number, after: VariableSet): Interface | null {
    const run = region.slice(from, to);
    const inside = new Set<Instruction>();
    const [read, written] = [new Set<number>(), new Set<number>()];
    visit(run, (instruction) => {
      inside.add(instruction);
      if (instruction.operation === Operation.Get) read.add(instruction.index);
      else if (instruction.operation === Operation.Set) written.add(instruction.index);
    });
    const values = new Set<Instruction>();
    const own = new Set<Label>();
    const exits = new Set<Label>();
    let ends = 0;
    const uses = new Map<Instruction, number>();
    let isAlone = true;
    visit(run, ({ operands, producer, label, regions }) => {
      if (label !== null && regions !== null) own.add(label);
      else if (label !== null && !own.has(label)) {
        exits.add(label);
        ends++;
      }
      if (producer !== null && !inside.has(producer)) isAlone = false;
      for (const operand of operands) {
        const value = resolved(operand);
        if (inside.has(value)) uses.set(value, (uses.get(value) ?? 0) + 1);
        else if (!isLiteral(value)) values.add(value);
      }
    });
    // A value may also be used behind the block that computes it.
    for (const value of inside) if (!isLiteral(value) && value.uses > (uses.get(value) ?? 0)) isAlone = false;
    for (const each of this.producers) if (inside.has(each.producer!) && !inside.has(each)) isAlone = false;
    if (!isAlone) return null;
    const has = (set: VariableSet, variable: number) => ((set >> BigInt(variable)) & 1n) === 1n;
    const fallsThrough = !isTerminator(run[run.length - 1].operation);
    let behind = fallsThrough ? this.live.before(region, to, after) : 0n;
    for (const each of exits) behind |= this.live.atLabel(each);
    const before = this.live.before(region, from, after);
    const results = [...written].filter((variable) => has(behind, variable));
    const variables = [...new Set([...read, ...results])].filter((variable) => has(before, variable));
    if (results.some((variable) => this.code.variables[variable] === Type.Reference)) return null;
    if (fallsThrough) ends++;
    return { variables, values: [...values], results, exits: [...exits], ends, fallsThrough };
  }

  /** Makes a function of the run. Returns the instructions that call it. */
  private moved(run: Region, found: Interface): Region {
    const { code } = this;
    const { variables, values, results, exits, fallsThrough } = found;
    const { at } = run[0];
    const typeOf = (variable: number) => code.variables[variable];
    const parameters = [...variables.map(typeOf), ...values.map(({ type }) => type)];
    const numbered = isNumbered(found);
    const resultTypes = [...(numbered ? [Type.I32] : []), ...results.map(typeOf)];
    const body: FunctionCode = {
      ...code,
      index: this.nextIndex++,
      variables: [...parameters],
      parameterCount: parameters.length,
      results: resultTypes,
      body: run,
      tailCalls: false,
      hasDefinitions: false,
      inductions: new Map(),
    };
    const places = new Map(variables.map((variable, place) => [variable, place]));
    const placeOf = (variable: number) => {
      let place = places.get(variable);
      if (place === undefined) {
        place = body.variables.length;
        body.variables.push(typeOf(variable));
        places.set(variable, place);
      }
      return place;
    };
    const returning = (exit: number): Region => {
      const reads = results.map((variable) => getOf(placeOf(variable), typeOf(variable), at));
      const words = numbered ? [constant(exit, Type.I32, at), ...reads] : reads;
      return [...reads, made(Operation.Return, Type.None, { operands: words, at })];
    };
    const given = new Map(values.map((value, place) => [value, variables.length + place]));
    rewrite(run, (instruction, into) => {
      const { operation, operands, label, regions } = instruction;
      for (let operand = 0; operand < operands.length; operand++) {
        const value = resolved(operands[operand]);
        const place = given.get(value);
        if (place === undefined) continue;
        const read = getOf(place, value.type, instruction.at);
        read.range = value.range;
        into.push(read);
        operands[operand] = read;
      }
      const exit = regions === null && label !== null ? exits.indexOf(label) : -1;
      if (exit >= 0) {
        label!.uses--;
        into.push(...returning(numberOf(found, exit)));
        return;
      }
      if (operation === Operation.Get || operation === Operation.Set) instruction.index = placeOf(instruction.index);
      into.push(instruction);
    });
    visit(run, (instruction) => {
      if (instruction.operation !== Operation.Loop || instruction.written === null) return;
      instruction.written = instruction.written.filter((each) => places.has(each)).map(placeOf);
    });
    if (fallsThrough && resultTypes.length > 0) run.push(...returning(0));
    const [taken, got] = [lettersOf(parameters), lettersOf(resultTypes)];
    const type = { parameters: taken, results: got, signature: `${taken}:${got}` };
    this.made.push({ code: body, type, partOf: code.index });
    return this.callOf(body, type, found, at);
  }

  /** The call of what a run has become, and the branches behind it. */
  private callOf({ index, results }: FunctionCode, { signature }: FunctionType, found: Interface, at: number): Region {
    const { exits, fallsThrough } = found;
    const reads = found.variables.map((variable) => getOf(variable, this.code.variables[variable], at));
    const operands = [...reads, ...found.values];
    const call = made(Operation.Call, results[0] ?? Type.None, { index, operands, at });
    call.signature = signature;
    const words = results.map((type, word) => {
      if (word === 0) return call;
      const result = made(Operation.Result, type, { index: word, at });
      result.producer = call;
      return result;
    });
    const numbered = isNumbered(found);
    const sets = found.results.map((variable, place) => setOf(variable, words[place + (numbered ? 1 : 0)], at));
    const branchTo = (label: Label) => {
      label.uses++;
      const branch = made(Operation.Branch, Type.None, { at });
      branch.label = label;
      return branch;
    };
    const region = [...reads, call, ...words.slice(1), ...sets];
    // The last of the branches needs no test if control gets nowhere else.
    const tested = fallsThrough ? exits : exits.slice(0, -1);
    const choices: Region = [];
    for (const [place, label] of tested.entries()) {
      const number = constant(numberOf(found, place), Type.I32, at);
      const condition = made(Opcode.I32Eq, Type.I32, { operands: [call, number], at });
      if (tested.length > 1) choices.push(condition);
      choices.push(choiceOf(tested.length > 1 ? condition : call, [branchTo(label)], at));
    }
    // Where none is taken, one test is enough.
    if (fallsThrough && tested.length > 1) region.push(choiceOf(call, choices, at));
    else region.push(...choices);
    if (!fallsThrough) {
      const last = exits.at(-1);
      region.push(last === undefined ? made(Operation.Unreachable, Type.None, { at }) : branchTo(last));
    }
    return region;
  }
}

function choiceOf(condition: Instruction, then: Region, at: number): Instruction {
  const choice = made(Operation.If, Type.None, { operands: [condition], at });
  choice.label = new Label(false);
  choice.regions = [then, []];
  return choice;
}

/** Whether the function returns where control goes on. */
function isNumbered({ exits, fallsThrough }: Interface): boolean {
  return exits.length > (fallsThrough ? 0 : 1);
}

/** What the function returns where control goes on at an exit: 0 is the end of the run or, if control never gets there, the last exit. */
function numberOf({ exits, fallsThrough }: Interface, exit: number): number {
  return fallsThrough || exit < exits.length - 1 ? exit + 1 : 0;
}

/** What is moved takes C stack that its calls would find less of. */
const CALLS: readonly number[] = [Operation.Call, Operation.CallIndirect, Operation.CallNumber];

function made(
  operation: number,
  type: Type,
  { index = 0, operands = NO_OPERANDS, at }: { index?: number; operands?: Instruction[]; at: number },
): Instruction {
  const instruction = new Instruction(operation, type, operands, at);
  instruction.index = index;
  return instruction;
}

function isLiteral({ operation }: Instruction): boolean {
  return operation === Operation.Constant || operation === Operation.NullReference;
}

function lettersOf(types: readonly Type[]): string {
  return types.map((type) => LETTERS[type]).join('');
}

const LETTERS: Readonly<Record<Type, string>> = {
  [Type.None]: '',
  [Type.I32]: 'i',
  [Type.F32]: 'f',
  [Type.F64]: 'F',
  [Type.Reference]: 'r',
};

/** Whether references that it uses are variables, or views of memory in variables. */
function mayHaveView(operation: number): boolean {
  const isOfVariable = operation === Operation.Get || operation === Operation.Set;
  return isOfVariable || operation === Operation.ElementView || isLoad(operation) || isStore(operation);
}

/** The depth of regions in each other. */
function levelsOf(body: Region): number {
  let levels = 0;
  for (let open = [body]; open.length > 0; levels++)
    open = open.flatMap((region) => region.flatMap(({ regions }) => regions ?? []));
  return levels;
}

/** The characters that instructions take as text, about. */
function lengthOf(region: Region): number {
  let length = 0;
  visit(region, ({ operation }) => {
    length += isLoad(operation) || isStore(operation) ? LENGTH_OF_ACCESS : (LENGTHS[operation] ?? LENGTH_OF_OTHER);
  });
  return length;
}

const LENGTH_OF_ACCESS = 18;
const LENGTH_OF_OTHER = 3;
const LENGTHS: Partial<Record<number, number>> = {
  [Operation.Get]: 1,
  [Operation.Constant]: 2,
  [Operation.Set]: 4,
  [Operation.Call]: 6,
  [Operation.If]: 8,
  [Operation.Loop]: 12,
  [Operation.Branch]: 7,
  [Opcode.I32Mul]: 10,
};
