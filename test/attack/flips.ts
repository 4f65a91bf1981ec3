// Flips bits in the files of programs of each form, and starts each on a simulated board: how many are refused, how many are harmless.
import { banglejs2 } from '../../boards/index.js';
import { type BuildOptions, buildProgram } from '../../targets/board/build.js';
import { readModule } from '../../targets/module/read-module.js';
import { flipsOf, MODULE, RIGHT, resultInSimulator, verdict } from '../targets/board/flipped-bits.js';

const FORMS: [string, Partial<BuildOptions>][] = [
  ['translated', { tier: 'js' }],
  ['translated with fuel', { tier: 'js', fuel: true }],
  ['translated in slices', { tier: 'js', resumable: true }],
  ['translated with --jit', { tier: 'js', jit: 'all' }],
  ['interpreted', { tier: 'interp' }],
  ['machine code', { tier: 'native' }],
];

/** Flips about so many bits of each file of each form, and prints what came of them by form and file. Returns the number of faults. */
export async function flipBits(most: number): Promise<number> {
  let faults = 0;
  for (const [form, options] of FORMS) {
    const sizes = { board: banglejs2, name: 'app', memoryBytes: 64, optimise: false };
    const { files } = (await buildProgram(readModule(MODULE), { ...sizes, ...options })).image;
    const right = resultInSimulator(files);
    if (!RIGHT.test(right)) throw new Error(`${form}: ${right}`);
    for (const file of files) {
      const counts = { refused: 0, harmless: 0, wrong: 0 };
      for (const flip of flipsOf([file], Math.max(1, Math.floor((file.bytes.length * 8) / most)))) {
        const what = verdict(resultInSimulator(files, flip), right, flip);
        if (what === 'refused' || what === 'harmless') counts[what]++;
        else {
          counts.wrong++;
          console.log(`${form}: ${what}`);
        }
      }
      const { refused, harmless, wrong } = counts;
      console.log(`${form}, bits of ${file.name}: ${refused} refused, ${harmless} harmless, ${wrong} wrong`);
      faults += wrong;
    }
  }
  return faults;
}
