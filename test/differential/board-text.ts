// Loads the text of a translated program as it is before esbuild minifies it: a tenth of the time of building the files of a
// program. What minifying does to a program, runOnBoard covers.
import { readBack } from '../../sim/instrument/read-back.js';
import { translatedText } from '../../targets/board/translated/build.js';
import { printParts } from '../../targets/compiler/javascript/trees/program.js';
import type { ReadModule } from '../../targets/module/read-module.js';
import { E, type Form, storageOf } from '../targets/board/script-program.js';
import {
  type BoardProgram,
  boardEpilogue,
  FORM_OPTIONS,
  MOST_MEMORY,
  type Program,
  ROOMY_STACK,
  roomyBoard,
} from './board-program.js';
import { viewKinds, viewNames } from './unaligned-views.js';

const NAME = 'random';

/** A part of the runtime, with elements read back. */
interface RuntimePart {
  text: string;
  /** Names that it defines, and all that occur in it. */
  defines: readonly string[];
  uses: readonly string[];
}

/** Matches a possible assignment to an element. Parsing a text costs more than everything else. */
const SETS_ELEMENT = /\]\s*=[^=]/;

const elementsReadBack = (text: string) => (SETS_ELEMENT.test(text) ? readBack(text) : text);

const namesOf = (text: string) => text.match(/[A-Za-z_$][\w$]*/g) ?? [];

function runtimePart(text: string): RuntimePart {
  const lines = text.matchAll(/^(?:function|const|let|var|class) ([\w$]+)|^([\w$]+) = /gm);
  const defines = [...lines].map(([, declared, assigned]) => declared ?? assigned);
  return { text: elementsReadBack(text), defines, uses: [...new Set(namesOf(text))] };
}

/** Most parts are the same in all programs. */
const known = new Map<string, RuntimePart>();

function knownPart(text: string): RuntimePart {
  let found = known.get(text);
  if (!found) {
    found = runtimePart(text);
    // Texts with the data of one module do not occur again.
    if (text.includes('function')) known.set(text, found);
  }
  return found;
}

/** Returns the parts that `text` needs: V8 takes a millisecond for a runtime of which a program uses a tenth. */
function neededParts(parts: readonly RuntimePart[], text: string): string[] {
  const needed = new Set<RuntimePart>(parts.filter(({ defines }) => defines.length === 0));
  const names = new Set([...namesOf(text), ...[...needed].flatMap(({ uses }) => uses)]);
  for (let before = -1; before !== needed.size; ) {
    before = needed.size;
    for (const part of parts) {
      if (needed.has(part) || !part.defines.some((name) => names.has(name))) continue;
      needed.add(part);
      for (const name of part.uses) names.add(name);
    }
  }
  return parts.flatMap((part) => (needed.has(part) ? [part.text] : []));
}

/** A module without imports as a program, loaded. Throws what building it throws. */
export async function loadText(
  given: ReadModule,
  form: Form,
  options: { optimise: boolean; sliceFuel: number },
): Promise<BoardProgram> {
  const { hot, functions, runtime, filled, rest, define, files, translated } = await translatedText(given, {
    board: roomyBoard,
    name: NAME,
    memory: { start: 0, bytes: MOST_MEMORY },
    stackBytes: ROOMY_STACK,
    ...FORM_OPTIONS[form],
    ...options,
    epilogue: (translated) => boardEpilogue(translated, form),
  });
  const declared = new Set(hot);
  const parts = runtime.map((part) => knownPart(printParts([part], { declared, filled })));
  const constants = Object.entries(define).map(([constant, value]) => `const ${constant} = ${value};`);
  const own = functions.map(elementsReadBack).join('\n');
  const text = [
    ...constants,
    hot.length === 0 ? '' : `let ${hot};`,
    own,
    ...neededParts(parts, own + rest),
    // Has no assignment to an element whose value is used.
    rest,
  ].join('\n');
  const program = {};
  const storage = storageOf(files);
  const load = new Function('BOARD_EXPORTS', 'BOARD_REQUIRE', 'E', 'process', ...viewNames, text);
  load(program, () => storage, E, undefined, ...viewKinds);
  return { program: program as Program, code: translated.code };
}
