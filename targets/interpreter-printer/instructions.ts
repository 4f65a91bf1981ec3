// The register instruction set: what `lower` emits and the interpreter executes. An instruction is a row of int32 words:
// its number, then its operands. Numeric instructions come from the opcode table and `src/numeric.ts`; the rest is here.
//
// Bodies are read by body.ts. Macros in them, where n is the operand's word: I(n) int32 slot, S(n) f32 slot, F(n) f64 slot,
// P(n) index of the slot, C(n) the word itself, E(n) the word as f32, D(n) an f64 in the 8-byte aligned two of the three words
// from n on. R, S and F are all slots, as words, f32 and f64; code0, code1 the words of the code from an index on.
//
// A body leaves the loop with EXIT(status), goes on with the next instruction when it ends, and jumps with JUMP(n): word n is
// the target and word n+1 its fuel. GO(fuel) goes on at `pc`, FRAME in another frame. YIELD leaves the loop where fuel is used up.
// NEXT is the position behind the instruction. RESULT32(index, value) and RESULT64(index, value) write what was computed, with NaN
// in its canonical form, as the last thing. PLACE(offset) is where an offset lies in the memory's buffer, ADDRESS(offset) the same
// as an int32. MOVED(address) is an address as such an offset, which is negative below the start of memory; BEFORE(offset, n) is
// whether some of n bytes are there. OUTSIDE(entry, memory) is whether the function in `row` is a host's or has another memory.
//
// What changes state that may be verified has macros too: WRITE8(address, value) and the like store into linear memory, the
// last thing that an instruction does; GLOBAL(word, value); PUSH(position, frame) and POP, which goes on at the caller;
// CHANGE(address, bytes) and CHANGED(address, bytes) around other changes of memory, CHANGETABLES() and CHANGEDTABLES().
// UNTIL(condition) is the condition of clearing locals.
//
// An f64 is always moved as one: a slot written in two halves and read whole makes the processor wait.

import { type Body, readBody } from './body.js';

/** Where an instruction is executed. */
export enum Place {
  /** In the main loop. */
  Main = 0,
  /** In the second loop, which has most instructions of the main loop as well. */
  Second = 1,
  /** In a function that is called between runs of the loops. */
  Function = 2,
}

export interface Instruction {
  name: string;
  /** Words, the number included. */
  length: number;
  body: Body;
  place: Place;
  /** What the function does where `body`, for frequent operands, leaves the second loop with Status.Cold. */
  otherwise?: Body;
  /** Word of the branch target, 0 if it is no branch. Behind it: fuel when taken and, for a conditional one, when not. */
  target: number;
  conditional: boolean;
  /** Word of a local variable that is written before the instruction computes its own result; none if missing. */
  keptWord?: number;
}

const list: Instruction[] = [];

function hot(name: string, length: number, body: string): void {
  list.push({ name, length, body: readBody(body), place: Place.Main, target: 0, conditional: false });
}
/** Without a call in it. */
function rare(name: string, length: number, body: string): void {
  list.push({ name, length, body: readBody(body), place: Place.Second, target: 0, conditional: false });
}
function cold(name: string, length: number, body: string): void {
  list.push({ name, length, body: readBody(body), place: Place.Function, target: 0, conditional: false });
}
/** Branches if `condition`; the target is word `target`. `prepare` runs first. */
function branch(name: string, target: number, condition: string, prepare = ''): void {
  list.push({
    name,
    length: target + 3,
    body: readBody(`${prepare}if (${condition}) JUMP(${target}) state[State.Fuel] -= C(${target + 2});`),
    place: Place.Main,
    target,
    conditional: true,
  });
}

const PUSH_FRAME = (next: number) => `PUSH(pc + ${next}, fp)`;

/** Enters the function whose code starts at `entry` with the frame `frame`; `push` saves the caller. */
const ENTER = (push: string) => `
  const end = frame + code0[entry + Header.FrameWords];
  if (end > state[State.SlotLimit]${push === '' ? '' : ' || calls >= state[State.CallLimit]'}) { state[State.Base] = end; EXIT(Trap.CallStackExhausted) }
  ${push}
  current = frame; pc = entry;
  for (let at = frame + code0[entry + Header.ClearFrom], to = frame + code0[entry + Header.ClearTo]; UNTIL(at < to); at++) R[at] = 0;
  state[State.Fuel] -= code0[entry + Header.Fuel];
  YIELD
  FRAME`;

const RETURN = 'POP';

hot('Halt', 1, 'EXIT(Status.Done)');
hot('SwitchBack', 1, 'EXIT(Status.SwitchBack)');
// At the start of a run in an engine that counts. Words: instructions of the run, accesses to memory, to tables, calls.
hot(
  'Count',
  5,
  'state[State.Instructions] += C(1); state[State.MemoryOperations] += C(2); state[State.CollectionOperations] += C(3); state[State.FunctionCalls] += C(4);',
);
cold('Unreachable', 1, 'EXIT(Trap.Unreachable)');
list.push({ name: 'Branch', length: 3, body: readBody('JUMP(1)'), place: Place.Main, target: 1, conditional: false });
branch('BranchIf', 2, 'I(1) !== 0');
branch('BranchUnless', 2, 'I(1) === 0');
// Words: index, count, then count + 1 pairs of target and fuel.
hot(
  'BranchTable',
  3,
  'const i = I(1), n = C(2); const t = NEXT + (((i >>> 0) < (n >>> 0) ? i : n) << 1); pc = code0[t]; GO(code1[t])',
);
hot('Return', 1, RETURN);
hot('Return32', 2, `R[fp] = I(1); ${RETURN}`);
hot('ReturnI64', 2, `const a = P(1); R[fp] = R[a]; R[fp + 1] = R[a + 1]; ${RETURN}`);
hot('ReturnF64', 2, `F[fp >> 1] = F(1); ${RETURN}`);
// Words: entry of the callee, frame offset of its arguments.
hot('Call', 3, `const entry = C(1), frame = P(2); ${ENTER(PUSH_FRAME(3))}`);
hot('TailCall', 2, `const entry = C(1), frame = fp; ${ENTER('')}`);
// Words: function address, frame offset. For the driver: a host function, or one with another memory.
hot('CallOut', 3, 'state[State.Callee] = C(1); state[State.Base] = P(2); pc += 3; EXIT(Status.Call)');
hot('TailCallOut', 2, 'state[State.Callee] = C(1); state[State.Base] = fp; pc += 2; EXIT(Status.TailCall)');
const INDIRECT = (out: string) => `
  const i = I(1), table = C(2);
  if ((i >>> 0) >= (tables[table + TableColumn.Size] >>> 0)) EXIT(Trap.UndefinedElement)
  const f = tableEntries[tables[table + TableColumn.Base] + i];
  if (f < 0) EXIT(Trap.UninitializedElement)
  const row = f << 2;
  if (functions[row + FunctionColumn.Type] !== C(3)) EXIT(Trap.IndirectCallTypeMismatch)
  const entry = functions[row];
  if (OUTSIDE(entry, C(5))) { state[State.Callee] = f; ${out} }`;
// Words: index, row of the table, type, frame offset, memory of the caller.
hot(
  'CallIndirect',
  6,
  `${INDIRECT('state[State.Base] = P(4); pc += 6; EXIT(Status.Call)')} const frame = P(4); ${ENTER(PUSH_FRAME(6))}`,
);
hot(
  'TailCallIndirect',
  6,
  `${INDIRECT('state[State.Base] = fp; pc += 6; EXIT(Status.TailCall)')} const frame = fp; ${ENTER('')}`,
);

hot('Move32', 3, 'I(1) = I(2);');
hot('MoveI64', 3, 'const d = P(1), a = P(2); R[d] = R[a]; R[d + 1] = R[a + 1];');
hot('MoveF64', 3, 'F(1) = F(2);');
hot('Constant32', 3, 'I(1) = C(2);');
hot('ConstantI64', 4, 'const d = P(1); R[d] = C(2); R[d + 1] = C(3);');
hot('ConstantF64', 5, 'F(1) = D(2);');
hot('Select32', 5, 'I(1) = I(4) !== 0 ? I(2) : I(3);');
hot('SelectI64', 5, 'const d = P(1), a = I(4) !== 0 ? P(2) : P(3); R[d] = R[a]; R[d + 1] = R[a + 1];');
hot('SelectF64', 5, 'F(1) = I(4) !== 0 ? F(2) : F(3);');
hot('GlobalGet32', 3, 'I(1) = globals[C(2)];');
hot('GlobalGet64', 3, 'const d = P(1), g = C(2); R[d] = globals[g]; R[d + 1] = globals[g + 1];');
hot('GlobalSet32', 3, 'const g = C(1); GLOBAL(g, I(2))');
hot('GlobalSet64', 3, 'const g = C(1), a = P(2); GLOBAL(g, R[a]) GLOBAL(g + 1, R[a + 1])');

// Memory: lowering makes sure that offset + size is within the initial size, so that one unsigned comparison is exact.
const CHECK = (address: string, offset: string, size: number) =>
  `const a = ${address}, o = ${offset}; if ((a >>> 0) > ((memoryBytes - ${size} - o) >>> 0)) EXIT(Trap.MemoryOutOfBounds) const m = ADDRESS(a + o);`;

interface Access {
  name: string;
  size: number;
  read: string;
}
const READ32 = 'view.getInt32(m, true)';
const loads: Access[] = [
  { name: 'Load32', size: 4, read: `I(1) = ${READ32};` },
  { name: 'Load8S', size: 1, read: 'I(1) = (bytes[m] << 24) >> 24;' },
  { name: 'Load8U', size: 1, read: 'I(1) = bytes[m];' },
  { name: 'Load16S', size: 2, read: 'I(1) = view.getInt16(m, true);' },
  { name: 'Load16U', size: 2, read: 'I(1) = view.getUint16(m, true);' },
  {
    name: 'LoadI64',
    size: 8,
    read: `const d = P(1); R[d] = ${READ32}; R[d + 1] = view.getInt32(m + 4, true);`,
  },
  { name: 'LoadF64', size: 8, read: 'F(1) = view.getFloat64(m, true);' },
];
for (const { name, size, read } of loads) hot(name, 4, `${CHECK('I(2)', 'C(3)', size)} ${read}`);
const wide = (low: string, high: string) => `const d = P(1), x = ${low}; R[d] = x; R[d + 1] = ${high};`;
rare('I64Load8S', 4, `${CHECK('I(2)', 'C(3)', 1)} ${wide('(bytes[m] << 24) >> 24', 'x >> 31')}`);
rare('I64Load8U', 4, `${CHECK('I(2)', 'C(3)', 1)} ${wide('bytes[m]', '0')}`);
rare('I64Load16S', 4, `${CHECK('I(2)', 'C(3)', 2)} ${wide('view.getInt16(m, true)', 'x >> 31')}`);
rare('I64Load16U', 4, `${CHECK('I(2)', 'C(3)', 2)} ${wide('view.getUint16(m, true)', '0')}`);
rare('I64Load32S', 4, `${CHECK('I(2)', 'C(3)', 4)} ${wide(READ32, 'x >> 31')}`);
rare('I64Load32U', 4, `${CHECK('I(2)', 'C(3)', 4)} ${wide(READ32, '0')}`);
hot('Store32', 4, `${CHECK('I(1)', 'C(3)', 4)} WRITE32(m, I(2))`);
hot('Store8', 4, `${CHECK('I(1)', 'C(3)', 1)} WRITE8(m, I(2))`);
hot('Store16', 4, `${CHECK('I(1)', 'C(3)', 2)} WRITE16(m, I(2))`);
hot('StoreF64', 4, `${CHECK('I(1)', 'C(3)', 8)} WRITEF64(m, F(2))`);
hot('StoreI64', 4, `${CHECK('I(1)', 'C(3)', 8)} const s = P(2); WRITE64(m, R[s], R[s + 1])`);
hot('Store32Constant', 4, `${CHECK('I(1)', 'C(3)', 4)} WRITE32(m, C(2))`);
hot('Store8Constant', 4, `${CHECK('I(1)', 'C(3)', 1)} WRITE8(m, C(2))`);
hot('Store16Constant', 4, `${CHECK('I(1)', 'C(3)', 2)} WRITE16(m, C(2))`);
// For offsets that reach beyond the initial memory. The offset counts from the first byte of memory. Words: destination, address, offset, size of the access.
rare(
  'EffectiveAddress',
  5,
  'const a = (I(2) >>> 0) + (C(3) >>> 0); if (a + C(4) > memoryBytes) EXIT(Trap.MemoryOutOfBounds) I(1) = a | 0;',
);

rare('MemorySize', 3, 'I(1) = memories[C(2)].pages;');
// Words: destination, pages, memory.
hot(
  'MemoryGrow',
  4,
  'state[State.Callee] = C(3); state[State.Base] = P(1); state[State.Frame] = fp; R[P(1)] = I(2); pc += 4; EXIT(Status.MemoryGrow)',
);
// Words: destination address, value or source, count.
cold(
  'MemoryFill',
  4,
  `
  const d = MOVED(I(1) >>> 0), n = I(3) >>> 0;
  if (BEFORE(d, n) || d + n > memoryBytes) EXIT(Trap.MemoryOutOfBounds)
  CHANGE(PLACE(d), n) bytes.fill(I(2), PLACE(d), PLACE(d) + n); CHANGED(PLACE(d), n)`,
);
cold(
  'MemoryCopy',
  4,
  `
  const d = MOVED(I(1) >>> 0), s = MOVED(I(2) >>> 0), n = I(3) >>> 0;
  if (BEFORE(d, n) || BEFORE(s, n) || d + n > memoryBytes || s + n > memoryBytes) EXIT(Trap.MemoryOutOfBounds)
  CHANGE(PLACE(d), n) copyBytes(bytes, PLACE(d), PLACE(s), n); CHANGED(PLACE(d), n)`,
);
// Words: destination, source, count, instance, segment.
cold(
  'MemoryInit',
  6,
  `
  const d = MOVED(I(1) >>> 0), s = I(2) >>> 0, n = I(3) >>> 0, x = C(5);
  const instance = instances[C(4)];
  const length = store.droppedData[instance.dataBase + x] === 1 ? 0 : dataLength(store, instance.module, x);
  if (BEFORE(d, n) || d + n > memoryBytes || s + n > length) EXIT(Trap.MemoryOutOfBounds)
  CHANGE(memoryBase + d, n) initBytes(bytes, memoryBase + d, instance.module.bytes, dataStart(store, instance.module, x) + s, n); CHANGED(memoryBase + d, n)`,
);
cold('DataDrop', 2, 'store.droppedData[C(1)] = 1;');
cold('ElementDrop', 2, 'store.droppedElements[C(1)] = 1;');
rare(
  'TableGet',
  4,
  'const i = I(2) >>> 0, t = C(3); if (i >= tables[t + TableColumn.Size] >>> 0) EXIT(Trap.TableOutOfBounds) I(1) = tableEntries[tables[t] + i];',
);
cold(
  'TableSet',
  4,
  'const i = I(1) >>> 0, t = C(3); if (i >= tables[t + TableColumn.Size] >>> 0) EXIT(Trap.TableOutOfBounds) CHANGETABLES() tableEntries[tables[t] + i] = I(2); CHANGEDTABLES()',
);
rare('TableSize', 3, 'I(1) = tables[C(2) + TableColumn.Size];');
// Words: destination, value, count, table.
cold('TableGrow', 5, 'CHANGETABLES() I(1) = growTable(store, C(4), I(3), I(2)); CHANGEDTABLES()');
cold(
  'TableFill',
  5,
  `
  const i = I(1) >>> 0, n = I(3) >>> 0, t = C(4);
  if (i + n > tables[t + TableColumn.Size] >>> 0) EXIT(Trap.TableOutOfBounds)
  CHANGETABLES() tableEntries.fill(I(2), tables[t] + i, tables[t] + i + n); CHANGEDTABLES()`,
);
// Words: destination, source, count, destination table, source table.
cold(
  'TableCopy',
  6,
  `
  const d = I(1) >>> 0, s = I(2) >>> 0, n = I(3) >>> 0, to = C(4), from = C(5);
  if (d + n > tables[to + TableColumn.Size] >>> 0 || s + n > tables[from + TableColumn.Size] >>> 0) EXIT(Trap.TableOutOfBounds)
  CHANGETABLES() copyEntries(tableEntries, tables[to] + d, tables[from] + s, n); CHANGEDTABLES()`,
);
// Words: destination, source, count, instance, segment, table.
cold(
  'TableInit',
  7,
  'CHANGETABLES() const t = initTable(store, instances[C(4)], C(5), C(6), I(1) >>> 0, I(2) >>> 0, I(3) >>> 0); CHANGEDTABLES() if (t !== 0) EXIT(t)',
);
rare('RefIsNull', 3, 'I(1) = I(2) === NULL_REFERENCE ? 1 : 0;');
cold(
  'I64Add128',
  7,
  'const d = P(1); wideAdd(R, P(3), P(4), P(5), P(6)); R[d] = wideResult[0]; R[d + 1] = wideResult[1]; const e = P(2); R[e] = wideResult[2]; R[e + 1] = wideResult[3];',
);
cold(
  'I64Sub128',
  7,
  'const d = P(1); wideSubtract(R, P(3), P(4), P(5), P(6)); R[d] = wideResult[0]; R[d + 1] = wideResult[1]; const e = P(2); R[e] = wideResult[2]; R[e + 1] = wideResult[3];',
);
cold(
  'I64MulWideS',
  5,
  'const d = P(1); wideMultiply(R, P(3), P(4), 1); R[d] = wideResult[0]; R[d + 1] = wideResult[1]; const e = P(2); R[e] = wideResult[2]; R[e + 1] = wideResult[3];',
);
cold(
  'I64MulWideU',
  5,
  'const d = P(1); wideMultiply(R, P(3), P(4), 0); R[d] = wideResult[0]; R[d + 1] = wideResult[1]; const e = P(2); R[e] = wideResult[2]; R[e + 1] = wideResult[3];',
);

/** Numeric opcodes that are executed in the main loop. */
export const hotNumeric = new Set(
  `i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.le_s i32.le_u i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s
   i32.rem_u i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.extend8_s i32.extend16_s
   i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.add i64.sub i64.mul i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u
   i64.rotl i64.extend_i32_s i64.extend_i32_u
   f32.lt f32.add f32.sub f32.mul f32.div
   f64.lt f64.add f64.sub f64.mul f64.div f64.abs f64.neg f64.sqrt f64.convert_i32_s f64.convert_i32_u`.split(/\s+/),
);

/** Opcodes that also have a form with a constant right operand. */
export const constantForms = new Set(
  `i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.add i32.mul i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u
   i32.rotl i64.add i64.mul i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl
   f32.add f32.sub f32.mul f32.div f64.add f64.sub f64.mul f64.div`.split(/\s+/),
);

/** Comparisons that lowering never emits: it swaps their operands and takes the mirror image. */
export const mirrored = new Set(
  `i32.gt_s i32.gt_u i32.ge_s i32.ge_u i64.gt_s i64.gt_u i64.ge_s i64.ge_u f32.gt f32.ge f64.gt f64.ge`.split(/\s+/),
);

/** Name, operator, and what makes its operands numbers. */
const i32Conditions: [name: string, operator: string, cast: string][] = [
  ['Eq', '===', ''],
  ['Ne', '!==', ''],
  ['LtS', '<', ''],
  ['LtU', '<', ' >>> 0'],
  ['LeS', '<=', ''],
  ['LeU', '<=', ' >>> 0'],
];
for (const [name, operator, cast] of i32Conditions) {
  branch(`BranchI32${name}`, 3, `(I(1)${cast}) ${operator} (I(2)${cast})`);
}
const i32ConstantConditions: typeof i32Conditions = [
  ...i32Conditions.slice(0, 4),
  ['GtS', '>', ''],
  ['GtU', '>', ' >>> 0'],
];
for (const [name, operator, cast] of i32ConstantConditions) {
  branch(`BranchI32${name}Constant`, 3, `(I(1)${cast}) ${operator} (C(2)${cast})`);
}
branch('BranchI64Eqz', 2, '(R[a] | R[a + 1]) === 0', 'const a = P(1); ');
branch('BranchI64Nez', 2, '(R[a] | R[a + 1]) !== 0', 'const a = P(1); ');
const PAIR = 'const p = P(1), q = P(2), h = R[p + 1], k = R[q + 1]; ';
branch('BranchI64Eq', 3, 'h === k && R[p] === R[q]', PAIR);
branch('BranchI64Ne', 3, 'h !== k || R[p] !== R[q]', PAIR);
branch('BranchI64LtS', 3, 'h < k || (h === k && (R[p] >>> 0) < (R[q] >>> 0))', PAIR);
branch('BranchI64LtU', 3, '(h >>> 0) < (k >>> 0) || (h === k && (R[p] >>> 0) < (R[q] >>> 0))', PAIR);
branch('BranchI64LeS', 3, 'h < k || (h === k && (R[p] >>> 0) <= (R[q] >>> 0))', PAIR);
branch('BranchI64LeU', 3, '(h >>> 0) < (k >>> 0) || (h === k && (R[p] >>> 0) <= (R[q] >>> 0))', PAIR);
for (const view of ['F32', 'F64']) {
  const letter = view === 'F32' ? 'S' : 'F';
  branch(`Branch${view}Eq`, 3, `${letter}(1) === ${letter}(2)`);
  branch(`Branch${view}Ne`, 3, `${letter}(1) !== ${letter}(2)`);
  branch(`Branch${view}Lt`, 3, `${letter}(1) < ${letter}(2)`);
  branch(`Branch${view}Le`, 3, `${letter}(1) <= ${letter}(2)`);
  branch(`Branch${view}NotLt`, 3, `!(${letter}(1) < ${letter}(2))`);
  branch(`Branch${view}NotLe`, 3, `!(${letter}(1) <= ${letter}(2))`);
}

export const instructions: readonly Instruction[] = list;

/** The instruction of each memory access opcode. */
export const memoryForms: { [mnemonic: string]: string } = {
  'i32.load': 'Load32',
  'i64.load': 'LoadI64',
  'f32.load': 'Load32',
  'f64.load': 'LoadF64',
  'i32.load8_s': 'Load8S',
  'i32.load8_u': 'Load8U',
  'i32.load16_s': 'Load16S',
  'i32.load16_u': 'Load16U',
  'i64.load8_s': 'I64Load8S',
  'i64.load8_u': 'I64Load8U',
  'i64.load16_s': 'I64Load16S',
  'i64.load16_u': 'I64Load16U',
  'i64.load32_s': 'I64Load32S',
  'i64.load32_u': 'I64Load32U',
  'i32.store': 'Store32',
  'i64.store': 'StoreI64',
  'f32.store': 'Store32',
  'f64.store': 'StoreF64',
  'i32.store8': 'Store8',
  'i32.store16': 'Store16',
  'i64.store8': 'Store8',
  'i64.store16': 'Store16',
  'i64.store32': 'Store32',
};
