// Features of the firmware that some host functions need and some boards lack.

/** Names of features in messages, after `no`. */
export const featureNames: Readonly<Record<string, string>> = {
  g: 'screen (g)',
  Bangle: 'sensors of a Bangle.js (Bangle)',
  I2C1: 'I2C bus (I2C1)',
  SPI1: 'SPI bus (SPI1)',
  'E.hwRand': 'source of random numbers (E.hwRand)',
};

/** Whether a board has it: its list of what is missing names it, alone or among others with commas between. */
export function hasFeature({ missing }: { missing: readonly string[] }, feature: string): boolean {
  return !missing.some((entry) => entry.split(', ').includes(feature));
}
