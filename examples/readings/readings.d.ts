declare namespace __AdaptedExports {
  /** Exported memory */
  export const memory: WebAssembly.Memory;
  /**
   * readings/summarise
   * @param readings `~lib/typedarray/Float64Array`
   * @returns `readings/Summary`
   */
  export function summarise(readings: Float64Array): __Record5<never>;
  /**
   * readings/report
   * @param name `~lib/string/String`
   * @param readings `~lib/typedarray/Float64Array`
   * @param unit `~lib/string/String`
   * @returns `~lib/string/String`
   */
  export function report(name: string, readings: Float64Array, unit?: string): string;
}
/** readings/Summary */
declare interface __Record5<TOmittable> {
  /** @type `f64` */
  low: number | TOmittable;
  /** @type `f64` */
  high: number | TOmittable;
  /** @type `f64` */
  mean: number | TOmittable;
}
/** Instantiates the compiled WebAssembly module with the given imports. */
export declare function instantiate(module: WebAssembly.Module, imports: {
  env: unknown,
}): Promise<typeof __AdaptedExports>;
