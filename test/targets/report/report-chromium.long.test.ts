// Reports in Chromium: nothing overflows, bars are to scale, text has contrast, keyboard and screen reader get everything.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernelBytes } from '../../../bench/kernels.js';
import { puckjs } from '../../../boards/index.js';
import { reportPage } from '../../../targets/report/page.js';
import { type Reported, reportOf } from '../../../targets/report/report-of.js';
import { wat } from '../../core/wat.js';
import { Chromium, chromiumVersion } from './chromium.js';
import { reported } from './reported.js';

const version = chromiumVersion();
/** To be looked at; not under version control. */
const screenshots = fileURLToPath(new URL('../../../build/report', import.meta.url));
const schemes = ['light', 'dark'] as const;
const TAB = ['Tab', 9] as const;

/** Names as no toolchain shortens them, a path as long as it gets, recursion, and far too much memory. */
function extremes(): Uint8Array {
  const name = (at: number) => `_ZN4core3fmt${'9Formatter'.repeat(10)}17h0123456789abcdefE.llvm.${at}`;
  const chain = Array.from({ length: 30 }, (_, at) => `(func $${name(at)} (call $${name(at + 1)}))`).join(' ');
  return wat(`(module (import "${'m'.repeat(90)}" "${'<b>'.repeat(40)}" (func)) (memory 200)
    ${chain} (func $${name(30)} (drop (memory.grow (i32.const 1))) (call $${name(7)}))
    (export "${'x'.repeat(300)}" (func $${name(0)})))`);
}

async function pageOf(modules: Record<string, Uint8Array>, board = puckjs): Promise<string> {
  const rows: Reported[] = [];
  for (const [file, bytes] of Object.entries(modules)) rows.push(await reported(file, bytes, board));
  return reportPage(reportOf(board, rows));
}

const pages: Record<string, string> = {
  one: await pageOf({ 'vm.wasm': kernelBytes('vm') }),
  several: await pageOf({
    'fib.wasm': kernelBytes('fib'),
    'quicksort.wasm': kernelBytes('quicksort'),
    'vm.wasm': kernelBytes('vm'),
  }),
  extremes: await pageOf({
    [`${'long-name'.repeat(20)}.wasm`]: extremes(),
    '"><script>document.title=1</script>': wat('(module)'),
  }),
};

/** Elements with text of their own whose contrast with what is behind them is too low; as the browser computed it. */
const LOW_CONTRAST = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([red, green, blue]) => [red, green, blue]
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll('body *')].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''));
  const low = texts.filter((element) => {
    const [less, more] = [luminance(channels(getComputedStyle(element).color)), luminance(behind(element))].sort((a, b) => a - b);
    return (more + 0.05) / (less + 0.05) < 4.5;
  });
  return { texts: texts.length, low: low.map((element) => element.outerHTML.slice(0, 100)) };
})()`;

/** For each bar: the distance of its regions from their expected places, in pixels. */
const OFF_SCALE = `[...document.querySelectorAll('.bar')].map((bar) => {
  const all = bar.clientWidth;
  return Math.max(...[...bar.querySelectorAll('.region')].map((region) =>
    Math.abs(region.getBoundingClientRect().width - (all * Number.parseFloat(region.style.width)) / 100)));
})`;

const OVERFLOWING = `[...document.querySelectorAll('body *')]
  .filter((element) => !element.closest('.hidden, .bar, .budget thead'))
  .filter((element) => {
    const { left, right } = element.getBoundingClientRect();
    return right > innerWidth + 0.5 || (left < 0 && !element.closest('.skip'));
  })
  .map((element) => element.outerHTML.slice(0, 100))`;

interface AccessibilityNode {
  role?: { value: string };
  name?: { value: string };
  ignored: boolean;
}

it.runIf(version === null)('a page in Chromium', ({ skip }) => skip('chromium is not installed'));

describe.skipIf(version === null)('a page in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-report-'));
  let chromium: Chromium;

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    for (const [name, page] of Object.entries(pages)) writeFileSync(join(folder, `${name}.html`), page);
    chromium = new Chromium();
    await chromium.open();
  });
  afterAll(async () => {
    await chromium?.close();
    rmSync(folder, { recursive: true });
  });

  const show = (name: string) => chromium.show(pathToFileURL(join(folder, `${name}.html`)).href);
  const nodes = async (): Promise<AccessibilityNode[]> => {
    const tree = await chromium.send<{ nodes: AccessibilityNode[] }>('Accessibility.getFullAXTree');
    return tree.nodes.filter(({ ignored }) => !ignored);
  };

  for (const name of Object.keys(pages)) {
    for (const width of [320, 400, 700, 1400]) {
      it(`${name}: nothing overflows at ${width} pixels, and bars are to scale`, async () => {
        await chromium.resize(width, 900);
        for (const scheme of schemes) {
          await chromium.prefer(scheme);
          await show(name);
          expect(await chromium.evaluate(OVERFLOWING)).toEqual([]);
          expect(await chromium.evaluate('document.documentElement.scrollWidth')).toBe(width);
          const off = await chromium.evaluate<number[]>(OFF_SCALE);
          expect(off.length).toBeGreaterThanOrEqual(4);
          expect(Math.max(...off)).toBeLessThan(0.5);
          if (width !== 400 && width !== 1400) continue;
          const image = await chromium.screenshot();
          expect(image.readUInt32BE(16)).toBe(width);
          expect(image.readUInt32BE(20)).toBeGreaterThan(1000);
          writeFileSync(join(screenshots, `${name}-${width}-${scheme}.png`), image);
        }
      });
    }

    it(`${name}: text can be read, light and dark`, async () => {
      const backgrounds = new Set<string>();
      for (const scheme of schemes) {
        await chromium.prefer(scheme);
        await show(name);
        const { texts, low } = await chromium.evaluate<{ texts: number; low: string[] }>(LOW_CONTRAST);
        expect(low).toEqual([]);
        expect(texts).toBeGreaterThan(100);
        backgrounds.add(await chromium.evaluate('getComputedStyle(document.body).backgroundColor'));
      }
      expect(backgrounds.size).toBe(2);
    });
  }

  it.each([400, 1400])('is all there for a screen reader at %i pixels', async (width) => {
    await chromium.resize(width, 900);
    await show('several');
    const tree = await nodes();
    const named = (role: string) =>
      tree.filter((node) => node.role?.value === role).map((node) => node.name?.value ?? '');
    for (const landmark of ['banner', 'main', 'contentinfo', 'navigation']) expect(named(landmark)).toHaveLength(1);
    expect(named('navigation')).toEqual(['Modules']);
    expect(named('article')).toEqual(['fib.wasm', 'quicksort.wasm', 'vm.wasm']);
    expect(named('heading').slice(0, 2)).toEqual(['3 modules on Puck.js', 'fib.wasm']);
    expect(named('region')).toContain('Deepest calls');
    const images = named('image').concat(named('img'));
    expect(images).toHaveLength(15);
    for (const image of images) expect(image).toMatch(/^(RAM|Flash|C stack) of Puck\.js, .*, to scale\. /);
    // Tables stay tables whatever their style.
    const tables = named('table');
    expect(tables.filter((table) => table === 'Capacities')).toHaveLength(3);
    expect(tables.filter((table) => table === '')).toEqual([]);
    for (const column of ['Capacity', 'Needed', 'Available', 'Share', 'What it is for']) {
      expect(named('columnheader').filter((header) => header === column).length).toBeGreaterThanOrEqual(3);
    }
    expect(named('rowheader')).toContain('memoryBytes');
    expect(tree.some(({ name }) => /^at most\b/.test(name?.value.trim() ?? ''))).toBe(true);
  });

  it('is used by keyboard: every link shows its focus and leads where it says', async () => {
    await chromium.resize(1400, 900);
    await show('several');
    const focused = () =>
      chromium.evaluate<string>('document.activeElement.getAttribute("href") ?? document.activeElement.id');
    const seen: string[] = [];
    for (let at = 0; at < 4; at++) {
      await chromium.press(...TAB);
      seen.push(await focused());
      const outline = await chromium.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
      const top = await chromium.evaluate<number>('document.activeElement.getBoundingClientRect().top');
      expect(outline).toBe('solid');
      expect(top).toBeGreaterThanOrEqual(0);
    }
    expect(seen).toEqual(['#modules', '#module-1', '#module-2', '#module-3']);
    await chromium.press('Enter', 13);
    expect(await focused()).toBe('module-3');
    expect(await chromium.evaluate('location.hash')).toBe('#module-3');
  });

  it('runs nothing that comes from a module', async () => {
    await show('extremes');
    expect(await chromium.evaluate('document.scripts.length')).toBe(0);
    expect(await chromium.evaluate('document.querySelectorAll("b, img, iframe, link").length')).toBe(0);
    expect(await chromium.evaluate('document.title')).toBe('2 modules on Puck.js');
    expect(await chromium.evaluate('performance.getEntriesByType("resource").length')).toBe(0);
  });
});
