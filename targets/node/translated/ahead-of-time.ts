// Writes a translated module as an ES module, for engines that forbid creating functions from text.

import type { ModuleCode } from '../../module/module-code.js';
import type { ModuleData } from './translated.js';

/** `text` is the body of a function of `runtime` and `instance`; `from` is what the runtime is imported from. */
export function moduleText(code: ModuleCode, text: string, from: string): string {
  const { bytes: _, data, nameOf, origin: __, ...rest } = code;
  const names = code.functions.map((_, index): [number, string] => [index, nameOf(index)]);
  const given: ModuleData = {
    ...rest,
    data: data.map(({ bytes, ...segment }) => ({ ...segment, base64: Buffer.from(bytes).toString('base64') })),
    names: Object.fromEntries(names.filter(([, name]) => name !== '')),
  };
  return `import { translatedModule } from ${JSON.stringify(from)};
export default translatedModule(${JSON.stringify(given)}, function (runtime, instance) {
${text}
});
`;
}
