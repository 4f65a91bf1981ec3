// Small programs for Espruino, changed at random: whatever they are, lint and the simulated board answer for them.

import { lint, SimulatedBoard, type SimulatedBoardFacts, SimulationError } from '../../sim/index.js';

/** The parts of programs: each is complete, and uses variables of others. */
const seeds = [
  'var a = 1, b = "x", c = [1, 2, 3], d = { e: 1, f: null };',
  'for (var i = 0; i < 20; i++) { a += i; if (a > 50) break; else continue; }',
  'function g(x, y) { "use strict"; return x ? g(y, 0) : arguments.length; } print(g(1, 2));',
  'let h = x => { try { return h(x - 1) || x; } catch (e) { return e.message; } finally { b = x; } };',
  'class A { constructor(n) { this.n = n; } get m() { return this.n; } static s(o) { return new A(o); } }',
  'class B extends A { constructor() { super(5); this.n++; } } print(new B().m, A.s(3));',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the program's
  'switch (a & 7) { case 0: b = `${a}-${b}`; break; case 1: case 2: b += b; default: delete d.e; }',
  'do { a = a >>> 1 ^ 3; } while (a > 5 && typeof a != "string");',
  'for (var k in d) print(k, d[k]); for (const v of c) c.length < 9 && c.push(v);',
  'setTimeout(function () { print(getTime() | 0); throw new Error(b); }, 10);',
  'new Promise((f, r) => setTimeout(r, 5, "no")).then(print).catch(e => print("caught", e));',
  'E.on("x", v => { print(v); }); E.emit("x", new Uint8Array([1, 2, 300]));',
  'var u = new Float32Array(4), w = new Int32Array(u.buffer, 4, 2); u[1] = 0 / 0; w[1] = u[0] = w[0];',
  'print(JSON.stringify(d, null, 1), E.toJS([d, c, u]), JSON.parse("[1,{}]"), [c].join());',
  'print(/a(b*)/g.exec("xabb"), "a-b".split("-").map(t => t + t), "abc".replace(/b/, "$&"));',
  'require("Storage").write("n", c); print(require("Storage").read("n"), require("Storage").list(/n/));',
  'Object.defineProperty(d, "z", { get: function () { return this.e; }, enumerable: true }); with_ = d.z;',
  'eval("var q = a + 1; (" + E.toJS(c) + ")"); new Function("p", "return p*2")(a) ?? null;',
  'digitalWrite([D1, D2], 3); D3.pulse(1, [2, 3]); setWatch(print, BTN1, { repeat: true }); g && g.call;',
  'Array.prototype.slice; c.sort((x, y) => y - x).forEach((x, i, t) => { t[i] = x << i; });',
  'var n = 0; setInterval(() => { if (n++ > 3) clearInterval(); else changeInterval(1, n); }, 2);',
  'Bangle && Bangle.buzz(); I2C1.writeTo({ address: 5 }, "x", [1, { data: 2, count: 3 }]); SPI1.send([1, 2]);',
];

const names =
  'a b c d g h k n u w A B E e this null undefined 0 -1 1e9 "s" [] {} () => ; , . = + << ? : ! new return'.split(' ');

/** Mulberry32: the same numbers for the same seed. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const TOKEN = /\w+|"[^"]*"|\s+|./g;

/** A program of some seeds, with a few of its tokens replaced, doubled, swapped or left out. */
export function mutatedProgram(random: (below: number) => number): string {
  const text = Array.from({ length: 2 + random(4) }, () => seeds[random(seeds.length)]).join('\n');
  const tokens = text.match(TOKEN)!;
  for (let left = random(5); left > 0; left--) {
    const at = random(tokens.length);
    const other = random(tokens.length);
    const kind = random(5);
    if (kind === 0) tokens[at] = names[random(names.length)];
    else if (kind === 1) tokens[at] = tokens[other];
    else if (kind === 2) tokens[at] += ` ${tokens[at]}`;
    else if (kind === 3) [tokens[at], tokens[other]] = [tokens[other], tokens[at]];
    else tokens[at] = '';
  }
  return tokens.join('');
}

export type Outcome = 'ran' | 'threw' | 'ended' | 'refused';

/** Lints and runs a program. Throws what is neither the program's nor the board's doing: a fault of the simulator. */
export function outcomeOf(program: string, facts: SimulatedBoardFacts): Outcome {
  const isRefused = lint(program, { missing: facts.missing }).some(({ what }) => what === 'syntax');
  const board = new SimulatedBoard(facts, { mostBlockedSeconds: 20 });
  try {
    board.run(program);
    board.drive('BTN1', 1);
    board.runUntilIdle(200);
    return board.errors.count > 0 ? 'threw' : 'ran';
  } catch (error) {
    if (error instanceof SimulationError) return isRefused ? 'refused' : 'ended';
    throw new Error(`the simulator failed: ${(error as Error).stack}\n${program}`);
  }
}
