// What the code of one function relies on in all others, read from the bodies before any is compiled: functions are then compiled one
// by one, and their intermediate code is never kept. Code that cannot be reached counts too.

import { readOpcode } from '../../../src/body-reader.js';
import { Opcode, opcodeImmediate } from '../../../src/opcodes.js';
import { Reader } from '../../../src/reader.js';
import { enterBody, skipImmediate } from '../../module/instruction-reader.js';
import type { ModuleCode } from '../../module/module-code.js';
import { weightInLoops } from '../intermediate/loop-weight.js';
import { accessBytes, isLoad, isStore } from '../intermediate/operation.js';

/** Calls of a function, tail calls among them. */
export interface SurveyedFunction {
  index: number;
  callees: Set<number>;
  /** Signatures of its indirect calls. */
  indirect: Set<string>;
  growsMemory: boolean;
}

export interface ModuleSurvey {
  functions: SurveyedFunction[];
  /** Functions of `ref.func`. */
  referred: Set<number>;
  growsMemory: boolean;
  /** Indices of the tables that grow. */
  grownTables: Set<number>;
  /** Whether a call may go on without end: there are loops or tail calls. */
  repeats: boolean;
  /** Whether tables may have other entries than those of active segments. */
  writesTables: boolean;
  /** Parameters of what tail calls call, as letters. */
  tailCalled: Set<string>;
  /** The number of bytes, from its address on, that most accesses are about; those in loops count more. */
  commonBytes: number;
}

const TABLE_WRITES: ReadonlySet<number> = new Set([
  Opcode.TableSet,
  Opcode.TableFill,
  Opcode.TableCopy,
  Opcode.TableInit,
]);

/** Accesses that are about more bytes do not count: they are those of static data. */
const MOST_COMMON = 255;

export function surveyModule(code: ModuleCode): ModuleSurvey {
  const survey: ModuleSurvey = {
    functions: [],
    referred: new Set(),
    growsMemory: false,
    grownTables: new Set(),
    repeats: false,
    writesTables: false,
    tailCalled: new Set(),
    commonBytes: 0,
  };
  const weights = new Float64Array(MOST_COMMON + 1);
  const reader = new Reader();
  for (let index = code.importedFunctions; index < code.functions.length; index++) {
    enterBody(reader, code.bytes, code.bodies[index]);
    surveyFunction(code, reader, index, survey, weights);
  }
  survey.repeats ||= survey.tailCalled.size > 0;
  survey.commonBytes = weights.indexOf(Math.max(...weights));
  return survey;
}

function surveyFunction(
  { functions, types }: ModuleCode,
  reader: Reader,
  index: number,
  survey: ModuleSurvey,
  weights: Float64Array,
): void {
  const found: SurveyedFunction = { index, callees: new Set(), indirect: new Set(), growsMemory: false };
  survey.functions.push(found);
  /** For each open construct: whether it is a loop. */
  const open: boolean[] = [];
  let loops = 0;
  while (reader.position < reader.end) {
    const opcode = readOpcode(reader);
    switch (opcode) {
      case Opcode.Call:
      case Opcode.ReturnCall: {
        const callee = reader.u32();
        found.callees.add(callee);
        if (opcode === Opcode.ReturnCall) survey.tailCalled.add(functions[callee].parameters);
        break;
      }
      case Opcode.CallIndirect:
      case Opcode.ReturnCallIndirect: {
        const { signature, parameters } = types[reader.u32()];
        reader.u32();
        found.indirect.add(signature);
        if (opcode === Opcode.ReturnCallIndirect) survey.tailCalled.add(parameters);
        break;
      }
      case Opcode.TableGrow:
        survey.writesTables = true;
        survey.grownTables.add(reader.u32());
        break;
      case Opcode.RefFunc:
        survey.referred.add(reader.u32());
        break;
      case Opcode.Block:
      case Opcode.If:
      case Opcode.Loop:
        open.push(opcode === Opcode.Loop);
        if (opcode === Opcode.Loop) {
          loops++;
          survey.repeats = true;
        }
        skipImmediate(reader, opcodeImmediate[opcode]);
        break;
      case Opcode.End:
        if (open.pop() === true) loops--;
        break;
      default:
        if (isLoad(opcode) || isStore(opcode)) {
          const bytes = accessBytes(opcode) + offsetAt(reader);
          if (bytes <= MOST_COMMON) weights[bytes] += weightInLoops(loops);
        }
        if (TABLE_WRITES.has(opcode)) survey.writesTables = true;
        if (opcode === Opcode.MemoryGrow) found.growsMemory = true;
        skipImmediate(reader, opcodeImmediate[opcode]);
    }
  }
  if (found.growsMemory) survey.growsMemory = true;
}

/** The offset of the access whose immediates come next; these are left to read. */
function offsetAt(reader: Reader): number {
  const { position } = reader;
  reader.u32();
  const offset = reader.u32();
  reader.position = position;
  return offset;
}
