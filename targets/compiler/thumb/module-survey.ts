// What the code of one function relies on in all others, read from the bodies before any is compiled: functions are then compiled one
// by one, and their intermediate code is never kept. Code that cannot be reached counts too.

import { readOpcode } from '../../../src/body-reader.js';
import { Opcode, opcodeImmediate } from '../../../src/opcodes.js';
import { Reader } from '../../../src/reader.js';
import { enterBody, skipImmediate } from '../../module/instruction-reader.js';
import type { ModuleCode } from '../../module/module-code.js';

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
  growsTables: boolean;
  /** Parameters of what tail calls call, as letters. */
  tailCalled: Set<string>;
}

export function surveyModule(code: ModuleCode): ModuleSurvey {
  const survey: ModuleSurvey = {
    functions: [],
    referred: new Set(),
    growsMemory: false,
    growsTables: false,
    tailCalled: new Set(),
  };
  const reader = new Reader();
  for (let index = code.importedFunctions; index < code.functions.length; index++) {
    enterBody(reader, code.bytes, code.bodies[index]);
    surveyFunction(code, reader, index, survey);
  }
  return survey;
}

function surveyFunction({ functions, types }: ModuleCode, reader: Reader, index: number, survey: ModuleSurvey): void {
  const found: SurveyedFunction = { index, callees: new Set(), indirect: new Set(), growsMemory: false };
  survey.functions.push(found);
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
      case Opcode.RefFunc:
        survey.referred.add(reader.u32());
        break;
      default:
        if (opcode === Opcode.MemoryGrow) found.growsMemory = true;
        else if (opcode === Opcode.TableGrow) survey.growsTables = true;
        skipImmediate(reader, opcodeImmediate[opcode]);
    }
  }
  if (found.growsMemory) survey.growsMemory = true;
}
