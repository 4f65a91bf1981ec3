// Says at the end of a run which tests were skipped, why, and what to install or set for them.
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** The remedies, by words in the titles and notes of skipped tests. */
const REMEDIES: [RegExp, string][] = [
  [/runs no timers/, 'set ESPRUINO to one that runs timers: bench/README.md says how to build it for ARM'],
  [/\bESPRUINO_INSTRUCTIONS\b/, 'set ESPRUINO_INSTRUCTIONS as bench/README.md says'],
  [/\bESPRUINO\b/, 'set ESPRUINO to the command that runs Espruino for Linux'],
  [/qemu-system-arm/, 'install qemu-system-arm'],
  [/arm-none-eabi-gcc/, 'install gcc-arm-none-eabi'],
  [/arm-none-eabi/, 'install binutils-arm-none-eabi'],
  [/WASM_TESTSUITE/, 'set WASM_TESTSUITE to a checkout of WebAssembly/testsuite'],
  [/WASM_JS_API/, 'set WASM_JS_API to the folder test/js-api of WebAssembly/spec'],
  [/clang/, 'install clang and lld; for programs with a C library wasi-libc and libclang-rt-dev-wasm32'],
  [/needs assemblyscript/, 'npm install assemblyscript'],
  [/rustc/, 'install a Rust toolchain'],
  [/chromium/i, 'install chromium'],
];

export default class SkippedReporter implements Reporter {
  /** With `-t`, the rest is left out by whoever runs the tests. */
  private isFiltered = false;

  onInit(vitest: Vitest): void {
    this.isFiltered = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.isFiltered) return;
    const counts = new Map<string, number>();
    for (const module of modules)
      for (const test of module.children.allTests('skipped')) {
        const result = test.result();
        const note = result.state === 'skipped' ? result.note : undefined;
        const text = note ?? test.fullName;
        const reason = REMEDIES.find(([pattern]) => pattern.test(text))?.[1] ?? note ?? 'see their titles';
        counts.set(reason, (counts.get(reason) ?? 0) + 1);
      }
    if (counts.size === 0) return;
    console.log('\nSkipped:');
    for (const [reason, count] of [...counts].sort(([, x], [, y]) => y - x))
      console.log(`  ${String(count).padStart(5)}  ${reason}`);
  }
}
