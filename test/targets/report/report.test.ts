// Reports: memory maps to scale that add up, markup that is sound and escaped, colours with enough contrast.
import { beforeAll, describe, expect, it } from 'vitest';
import { kernelBytes } from '../../../bench/kernels.js';
import { banglejs2, boards, findBoard, puckjs } from '../../../boards/index.js';
import type { MemoryLayout } from '../../../targets/analysis/memory-layout.js';
import { Bound, need } from '../../../targets/analysis/need.js';
import { budgetOf } from '../../../targets/budget/budget.js';
import { Verdict } from '../../../targets/budget/verdict.js';
import { readModule } from '../../../targets/module/read-module.js';
import { dark, INK, kinds, light, type Theme } from '../../../targets/report/colours.js';
import { flashMap } from '../../../targets/report/flash-map.js';
import { html } from '../../../targets/report/html.js';
import { linearMemoryRegions } from '../../../targets/report/linear-memory.js';
import { extentsOf } from '../../../targets/report/memory-map.js';
import { reportPage } from '../../../targets/report/page.js';
import { ramMap } from '../../../targets/report/ram-map.js';
import type { MapLevel, MemoryMap } from '../../../targets/report/report-data.js';
import { type Reported, reportOf } from '../../../targets/report/report-of.js';
import { wat } from '../../core/wat.js';
import { reported } from './reported.js';

const kernels = ['vm', 'fib', 'quicksort', 'string', 'indirect', 'sieve'] as const;
const report = async (bytes: Uint8Array, board = puckjs, file = 'app.wasm') =>
  reportOf(board, [await reported(file, bytes, board)]);
const page = async (bytes: Uint8Array, board = puckjs, file = 'app.wasm') =>
  reportPage(await report(bytes, board, file));
/** Maps of an engine that holds the module. */
const engineMaps = (bytes: Uint8Array, board = puckjs) => {
  const budget = budgetOf('app.wasm', readModule(bytes), board);
  return { ram: ramMap(budget, board), flash: flashMap(budget, board) };
};
const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
const bytesOf = (level: MapLevel) => sum(level.regions.map(({ bytes }) => bytes));

describe('a memory map', () => {
  const maps: { map: MemoryMap; bytes: Uint8Array; of: 'ram' | 'flash' }[] = boards.flatMap((board) =>
    kernels.flatMap((name) => {
      const bytes = kernelBytes(name);
      const { ram, flash } = engineMaps(bytes, board);
      return [
        { map: ram, bytes, of: 'ram' as const },
        { map: flash, bytes, of: 'flash' as const },
      ];
    }),
  );

  it('is to scale', () => {
    for (const { map } of maps) {
      for (const level of map.levels) {
        const extents = extentsOf(level);
        const all = Math.max(level.capacity, bytesOf(level));
        expect(sum(extents.map(({ width }) => width))).toBeCloseTo((bytesOf(level) / all) * 100, 9);
        for (const [at, { bytes }] of level.regions.entries()) {
          expect(extents[at].width).toBeCloseTo((bytes / all) * 100, 9);
          if (at > 0) expect(extents[at].start).toBeCloseTo(extents[at - 1].start + extents[at - 1].width, 9);
        }
      }
    }
  });

  it('shows all of the memory, and in each level all of a region above it', () => {
    let tooLarge = 0;
    for (const { map, bytes, of } of maps) {
      const [whole, inner] = map.levels;
      if (bytesOf(whole) > whole.capacity) tooLarge++;
      else expect(bytesOf(whole)).toBe(whole.capacity);
      expect(whole.regions.find(({ zoomed }) => zoomed)!.bytes).toBe(inner.capacity);
      for (const level of map.levels.slice(1)) expect(bytesOf(level)).toBe(level.capacity);
      if (of === 'flash') expect(inner.capacity).toBe(bytes.length);
    }
    expect(tooLarge).toBeGreaterThan(0);
    expect(tooLarge).toBeLessThan(maps.length / 2);
  });

  it('has the JsVars of the board', () => {
    const { ram } = engineMaps(kernelBytes('vm'));
    const jsVars = ram.levels[0].regions.map((region) => region.jsVars ?? 0);
    expect(sum(jsVars)).toBe(puckjs.jsVars.count);
    expect(ram.levels[0].capacity).toBe(puckjs.ram);
  });

  it('draws the full runtime where there is room for it', () => {
    const small = engineMaps(kernelBytes('fib'), findBoard('esp8266')).ram;
    const crowded = engineMaps(kernelBytes('fib')).ram;
    const large = engineMaps(kernelBytes('fib'), banglejs2).ram;
    const names = ({ levels }: MemoryMap) => levels[0].regions.map(({ name }) => name);
    expect(names(small)).not.toContain('the full runtime');
    expect(small.notes.join()).toContain('Not drawn: the full runtime');
    expect(names(large)).toContain('the full runtime');
    expect(large.notes.join()).not.toContain('Not drawn');
    expect(names(crowded)).toContain('the full runtime');
    expect(crowded.levels[0].regions.at(-1)).toMatchObject({ name: 'left for JavaScript', bytes: 0 });
    expect(crowded.notes.join()).toContain('nothing is left for JavaScript');
    expect(large.notes.join()).not.toContain('nothing is left');
  });

  it('marks where the memory ends', async () => {
    const text = await page(wat('(module (memory 1) (func (export "f") (drop (memory.grow (i32.const 1)))))'));
    expect(text).toMatch(/<div class="end" style="left:[\d.]+%">/);
    expect(text).toContain('65,536 bytes end at the dashed line');
    expect(await page(kernelBytes('fib'))).not.toContain('class="end"');
  });

  it('has widths in the page that add up to the whole', async () => {
    const bars = [...(await page(kernelBytes('vm'))).matchAll(/<div class="bar">(.*)<\/div>\n<div class="scale">/g)];
    expect(bars).toHaveLength(11);
    for (const [, bar] of bars) {
      const widths = [...bar.matchAll(/class="region[^>]*width:([\d.]+)%/g)].map(([, width]) => Number(width));
      expect(sum(widths)).toBeCloseTo(100, 3);
    }
  });
});

describe('linear memory', () => {
  const layout = (of: Partial<MemoryLayout>): MemoryLayout => ({
    declared: 65536,
    maximum: -1,
    imported: false,
    data: { start: 0, end: 0, bytes: 0, relocated: false },
    dataEnd: -1,
    stack: null,
    heapBase: -1,
    staticEnd: -1,
    heapBytes: 0,
    heapSigns: [],
    grows: false,
    need: need(0, Bound.Exact, ''),
    ...of,
  });
  const data = { start: 1024, end: 1100, bytes: 76, relocated: false };
  const stack = { global: 0, top: 5000, bottom: 1200, first: false, isDoubtful: false, used: true };
  const shown = (of: Partial<MemoryLayout>, bytes: number) =>
    linearMemoryRegions(layout(of), bytes).map(({ name, bytes }) => [name, bytes]);

  it('begins where a window begins', () => {
    const of = { data, stack, dataEnd: 1200, heapBase: 5008, staticEnd: 5008, heapSigns: ['malloc'] };
    const regions = linearMemoryRegions(layout(of), 1000, 1050).map(({ name, bytes, note }) => [name, bytes, note]);
    expect(regions).toEqual([
      ['data', 50, 'addresses 1,050 to 1,099'],
      ['variables', 100, 'addresses 1,100 to 1,199; zero at the start'],
      ['C stack', 850, expect.stringMatching(/^addresses 1,200 to 2,049; /)],
    ]);
  });

  it('has the stack behind the data', () => {
    const of = { data, stack, dataEnd: 1200, heapBase: 5008, staticEnd: 5008, heapSigns: ['malloc'] };
    expect(shown(of, 8192)).toEqual([
      ['below the data', 1024],
      ['data', 76],
      ['variables', 100],
      ['C stack', 3800],
      ['variables', 8],
      ['heap', 3184],
    ]);
  });

  it('has the stack in front of the data', () => {
    const first = { ...stack, top: 1024, bottom: 0, first: true };
    expect(shown({ data, stack: first, dataEnd: 1200, heapBase: 1200, staticEnd: 1200 }, 1300)).toEqual([
      ['C stack', 1024],
      ['data', 76],
      ['variables', 100],
      ['behind data and stack', 100],
    ]);
  });

  it('says what cannot be told apart', () => {
    expect(shown({ data, stack: { ...stack, bottom: -1 }, heapBase: 5000, staticEnd: 5000 }, 5000)).toEqual([
      ['below the data', 1024],
      ['data', 76],
      ['variables and C stack', 3900],
    ]);
    expect(shown({ data: { ...data, relocated: true } }, 500)).toEqual([['not told apart', 500]]);
    expect(shown({}, 0)).toEqual([]);
  });

  it('ends where the need ends', () => {
    expect(shown({ data, stack, dataEnd: 1200 }, 1050)).toEqual([
      ['below the data', 1024],
      ['data', 26],
    ]);
  });
});

describe('deepest calls', () => {
  const chain = (length: number) => {
    const functions = Array.from({ length }, (_, at) => `(func $f${at} (local i32) (call $f${at + 1}))`);
    return wat(`(module (export "run" (func $f0)) ${functions.join(' ')} (func $f${length}))`);
  };

  it('come once where one path is the deepest in every way', async () => {
    const [{ calls }] = (await report(chain(3))).modules;
    expect(calls.paths.map(({ steps }) => steps.map(({ name }) => name))).toEqual([['f0', 'f1', 'f2', 'f3']]);
    expect(calls.recursion).toEqual([]);
  });

  it('leave out the middle of a long path', async () => {
    const text = await page(chain(300), banglejs2);
    expect(text).toContain('… 101 more …');
    expect(text.match(/<span class="step">/g)).toHaveLength(200);
  });

  it('show recursion', async () => {
    const text = await page(
      wat('(module (func $even (export "even") (call $odd)) (func $odd (call $even)))'),
      puckjs,
      'recursive.wasm',
    );
    expect(text).toMatch(/<li><bdi>even<\/bdi><\/li><li><bdi>odd<\/bdi><\/li><li><bdi>even<\/bdi><\/li>/);
    expect(text).toContain('a turn takes 2 calls');
  });

  it('may be none', async () => {
    expect(await page(wat('(module)'))).toContain('Nothing can be called from outside.');
  });
});

/** Too much memory for a Puck.js, all of which it may use. */
const GROWING = wat(
  '(module (memory 1) (global $__stack_pointer (mut i32) (i32.const 1024)) (func (export "f") (drop (memory.grow (i32.const 1)))))',
);

describe('maps of a program', () => {
  it('add up, for each board and each memory', async () => {
    for (const name of ['puckjs', 'banglejs2', 'pixljs']) {
      const board = findBoard(name);
      for (const kernel of ['fib', 'vm'] as const) {
        const [{ program }] = (await report(kernelBytes(kernel), board)).modules;
        expect(program).toHaveLength(3);
        for (const { levels } of program) {
          for (const level of levels) expect(bytesOf(level)).toBe(level.capacity);
          const zoomed = levels[0].regions.find((region) => region.zoomed);
          if (levels.length > 1) expect(zoomed!.bytes).toBe(levels[1].capacity);
        }
      }
    }
  });

  it('are there where the board has no room, and not where nothing was built', async () => {
    const [refused] = (await report(GROWING)).modules;
    expect(refused).toMatchObject({ verdict: Verdict.DoesNotFit, reasons: [expect.stringMatching(/JsVars/)] });
    const [ram] = refused.program;
    expect(bytesOf(ram.levels[0])).toBeGreaterThan(ram.levels[0].capacity);
    const [missing] = (await report(wat('(module (import "env" "fly" (func)))'))).modules;
    expect(missing.program).toEqual([]);
  });
});

describe('a page', () => {
  const evil = `<script>alert(1)</script>"'&<img src=x onerror=alert(2)>`;
  const quoted = evil.replaceAll('"', '\\22');
  const evilBytes = wat(
    `(module (import "${quoted}" "${quoted}" (func $i)) (func (export "${quoted}") (call $i) (call 1)))`,
  );
  let pages: string[];
  beforeAll(async () => {
    const several: Reported[] = [];
    for (const name of kernels) several.push(await reported(`${name}.wasm`, kernelBytes(name), puckjs));
    pages = [
      await page(GROWING),
      await page(kernelBytes('fib'), banglejs2),
      await page(wat('(module)')),
      await page(evilBytes, puckjs, evil),
      reportPage(reportOf(puckjs, several)),
    ];
    for (const name of ['pixljs', 'microbit1', 'esp32', 'esp8266'])
      pages.push(await page(kernelBytes('string'), findBoard(name)));
  });

  it('escapes what comes from a module', () => {
    const text = pages[3];
    expect(text.match(/<script|<img/gi) ?? []).toEqual([]);
    expect(text.split('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;img').length).toBeGreaterThan(6);
    expect(html`<p title="${'"\u0000\u001b'}">${['<', 1, html`<b>${'&'}</b>`]}</p>`.text).toBe(
      '<p title="&quot;\uFFFD\uFFFD">&lt;1<b>&amp;</b></p>',
    );
  });

  it('shortens endless names', async () => {
    const name = 'x'.repeat(5000);
    const text = await page(wat(`(module (func (export "${name}")))`), puckjs, `${name}.wasm`);
    expect(text).not.toContain('x'.repeat(200));
    expect(text).toContain(`${'x'.repeat(80)}…`);
  });

  it('loads nothing from anywhere', () => {
    // Escaped text may look like anything.
    for (const text of pages.filter((each) => each !== pages[3])) {
      expect(text.match(/\bhttps?:|\burl\(|@import|\bsrc=|<(?:script|link|iframe|object|base)\b/gi) ?? []).toEqual([]);
      for (const [, target] of text.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^#/);
    }
  });

  it('has sound references: identifiers that there are, once', () => {
    for (const text of pages) {
      const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const used = [...text.matchAll(/(?:aria-labelledby="|href="#)([^"]*)"/g)].map(([, id]) => id);
      expect(used.length).toBeGreaterThan(4);
      expect(used.filter((id) => !ids.includes(id))).toEqual([]);
    }
  });

  it('closes every element that it opens', () => {
    for (const text of pages) {
      const open: string[] = [];
      for (const [, end, name, rest] of text.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*)>/g)) {
        if (name === 'meta' || rest.endsWith('/')) continue;
        if (end === '') open.push(name);
        else expect(open.pop()).toBe(name);
      }
      expect(open).toEqual([]);
    }
  });

  it('has headings without gaps, and landmarks', () => {
    for (const text of pages) {
      const headings = [...text.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
      expect(headings.filter((level) => level === 1)).toHaveLength(1);
      expect(headings[0]).toBe(1);
      for (let at = 1; at < headings.length; at++) expect(headings[at]).toBeLessThanOrEqual(headings[at - 1] + 1);
      for (const tag of ['<header', '<main', '<footer', '<title', '<html lang="en"']) {
        expect(text.split(tag)).toHaveLength(2);
      }
    }
  });

  it('has tables with names and headers', () => {
    for (const text of pages) {
      const tables = text.match(/<table.*?<\/table>/gs) ?? [];
      expect(tables.length).toBeGreaterThan(2);
      for (const table of tables) {
        expect(table).toMatch(/<caption|aria-labelledby/);
        expect(table).not.toMatch(/<th(?![^>]*scope=)[ >]/);
        const columns = table.match(/scope="col"/g)!.length;
        for (const row of table.split('<tr').slice(2)) expect(row.match(/<t[hd]\b/g)).toHaveLength(columns);
      }
    }
  });

  it('says in words what the drawings show', async () => {
    const labels = [...(await page(kernelBytes('vm'))).matchAll(/role="img" aria-label="([^"]*)"/g)].map(
      ([, label]) => label,
    );
    expect(labels).toHaveLength(5);
    expect(labels[0]).toMatch(
      /^RAM of Puck\.js, with the program that build writes, to scale\. All RAM, 65,536 bytes:/,
    );
    expect(labels[0]).toMatch(/: firmware 48 %, in use at boot .* JsVars by part, .*: linear memory \d+ %/);
    expect(labels[1]).toMatch(/its files, .*app \d+ %/);
    expect(labels[2]).toMatch(/^C stack of Puck\.js, .*: reserved 38 %, run \d+/);
    expect(labels[3]).toMatch(/Linear memory, 9,344 bytes: .*data/);
    expect(labels[4]).toMatch(/code \d+ %/);
  });

  it('has a section and a link for each of several modules', () => {
    const text = pages[4];
    expect(text.match(/<article/g)).toHaveLength(kernels.length);
    expect(text.match(/<nav.*<\/nav>/s)![0].match(/<a href="#module-\d+">/g)).toHaveLength(kernels.length);
    expect(pages[0]).not.toContain('<nav');
  });

  it('has the verdict in its title, and what helps', async () => {
    expect(pages[0]).toContain(`<title>app.wasm on Puck.js: ${Verdict.DoesNotFit}</title>`);
    expect(pages[0]).toContain('link it without malloc');
    expect(pages[2]).not.toContain('What helps');
  });
});

/** Web Content Accessibility Guidelines 2.2: relative luminance and contrast ratio. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [more, less] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (more + 0.05) / (less + 0.05);
}

describe.each([
  ['light', light],
  ['dark', dark],
])('colours, %s', (_, theme: Theme) => {
  it('let text be read', () => {
    const { page, panel, track } = theme;
    for (const background of [page, panel]) {
      for (const name of ['text', 'quiet', 'link', 'fits', 'mayFit', 'doesNotFit'] as const) {
        expect(contrast(theme[name], background), `${name} on ${background}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    // Code.
    for (const name of ['text', 'quiet'] as const)
      expect(contrast(theme[name], track), name).toBeGreaterThanOrEqual(4.5);
    for (const [kind, colour] of Object.entries(kinds)) {
      expect(contrast(INK, colour), `text in ${kind}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('let what is drawn be seen', () => {
    const drawn = Object.entries({ ...kinds, edge: theme.edge });
    for (const [name, colour] of drawn) {
      // Striped: its edge shows it.
      if (name === 'reserved') continue;
      expect(contrast(colour, theme.panel), name).toBeGreaterThanOrEqual(3);
    }
    for (const name of ['fits', 'mayFit', 'doesNotFit', 'edge'] as const) {
      expect(contrast(theme[name], theme.track), `${name} in a bar`).toBeGreaterThanOrEqual(3);
    }
  });
});
