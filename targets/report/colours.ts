// The colours of a report, light and dark.

import type { RegionKind } from './report-data.js';

export interface Theme {
  page: string;
  /** Background of tables and figures. */
  panel: string;
  text: string;
  /** Colour of notes. */
  quiet: string;
  link: string;
  /** Edges of what is drawn. */
  edge: string;
  /** Lines between rows. */
  line: string;
  /** Background of a bar. */
  track: string;
  fits: string;
  mayFit: string;
  doesNotFit: string;
}

export const light: Theme = {
  page: '#f6f7f9',
  panel: '#ffffff',
  text: '#1a1d22',
  quiet: '#525a66',
  link: '#0b57b0',
  edge: '#6b7480',
  line: '#dde1e7',
  track: '#e4e8ee',
  fits: '#1a7038',
  mayFit: '#855400',
  doesNotFit: '#b3261e',
};

export const dark: Theme = {
  page: '#121519',
  panel: '#1b1f25',
  text: '#e8ebef',
  quiet: '#a5aebb',
  link: '#8ab8ff',
  edge: '#7d8794',
  line: '#313843',
  track: '#2c333d',
  fits: '#5fce85',
  mayFit: '#f0b44c',
  doesNotFit: '#ff8a80',
};

/** The text in a region. */
export const INK = '#0c0e11';

/** Colours of both themes: light enough for `INK`, dark enough for white, light enough for black. */
export const kinds: Record<Exclude<RegionKind, 'free'>, string> = {
  firmware: '#8d949e',
  module: '#4a90d9',
  reserved: '#7e9bb8',
  runtime: '#b58a1b',
  memory: '#4a90d9',
  code: '#d67a29',
  slots: '#3f9f5f',
  calls: '#2b9c98',
  tables: '#9b7fd1',
  scratch: '#d2699a',
  data: '#b58a1b',
  variables: '#9b7fd1',
  stack: '#2b9c98',
  heap: '#d2699a',
  other: '#8d949e',
};
