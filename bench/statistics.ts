// Figures drawn from several measurements.

/** The upper one of the two in the middle, where there are two. */
export function median(values: number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1];
}

export function geometricMean(values: number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
