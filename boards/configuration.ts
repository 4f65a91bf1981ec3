// A project's configuration: its own boards, capacities that differ from a board's, and what the command line takes by default.

import { type Capacities, type CapacityName, tiny } from '../src/capacities.js';
import type { Board, Core } from './board.js';
import { defineBoard } from './define-board.js';
import { findNamed, nearestNames, UnknownNameError } from './find-named.js';

/** A board that another one is the model of: what is left out is as there. */
export interface BoardConfiguration {
  /** For `--board`. */
  name: string;
  /** Name of the board that it is like. */
  extends: string;
  title?: string;
  /** `process.env.BOARD` of its firmware. */
  firmware?: string;
  chip?: string;
  core?: Core;
  /** Hz. */
  clock?: number;
  /** Bytes. */
  ram?: number;
  /** How many JsVars its firmware has. */
  jsVars?: number;
  /** Bytes of the firmware's flash. */
  flash?: number;
  /** Bytes of Storage. */
  storage?: number;
  nativeCalls?: boolean;
  capacities?: Partial<Capacities>;
}

/** Defaults of the commands for options that the command line does not give. */
export interface ProjectConfiguration {
  /** Name of the board. */
  board?: string;
  /** The port, in the notation of `--port`. */
  port?: string;
  /** The program for Espruino that requires the modules. Without one, the module is the program. */
  program?: string;
  /** Files of modules. */
  modules?: readonly string[];
  /** Options of `tazzina build`, without the dashes: `{ "memory": "4K", "jit": "all" }`. */
  build?: Readonly<Record<string, unknown>>;
}

export interface Configuration extends ProjectConfiguration {
  boards?: readonly BoardConfiguration[];
  /** Capacities by name of a board. */
  capacities?: Readonly<Record<string, Partial<Capacities>>>;
}

/** For a configuration in TypeScript: `export default defineConfig({ … })`. */
export function defineConfig(configuration: Configuration): Configuration {
  return configuration;
}

/** A configuration is wrong. The message starts with the path to what is. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
  /** Such as `boards[0].capacities.codeWords`. */
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path === '' ? 'the configuration' : path}: ${problem}`);
    this.path = path;
  }
}

/** The boards with those of a configuration. Throws a ConfigurationError for anything in it that is not understood. */
export function configuredBoards(configuration: unknown, boards: readonly Board[]): Board[] {
  const { boards: own = [], capacities = {}, board: chosen } = fields(configuration, '', KNOWN);
  const all = [...boards];
  if (!Array.isArray(own)) throw new ConfigurationError('boards', 'must be an array');
  for (const [index, board] of own.entries()) all.push(configuredBoard(board, `boards[${index}]`, all));
  if (chosen !== undefined) named(text(chosen, 'board'), 'board', all);
  const overrides = fields(capacities, 'capacities', null);
  for (const [name, values] of Object.entries(overrides)) {
    const path = `capacities.${name}`;
    const board = named(name, path, all);
    all[all.indexOf(board)] = { ...board, capacities: { ...board.capacities, ...capacityFields(values, path) } };
  }
  return all;
}

const PROJECT = ['board', 'port', 'program', 'modules', 'build'];
const KNOWN = ['boards', 'capacities', ...PROJECT];

/** Returns the project's own settings from a configuration. Throws a ConfigurationError for settings that it does not know. */
export function projectOf(configuration: unknown): ProjectConfiguration {
  const { board, port, program, modules, build } = fields(configuration, '', KNOWN);
  const project: ProjectConfiguration = {};
  for (const [name, value] of Object.entries({ board, port, program }))
    if (value !== undefined) project[name as 'board' | 'port' | 'program'] = text(value, name);
  if (modules !== undefined) {
    if (!Array.isArray(modules)) throw new ConfigurationError('modules', 'must be an array');
    project.modules = modules.map((each, index) => text(each, `modules[${index}]`));
  }
  if (project.program === undefined && (project.modules?.length ?? 0) > 1)
    throw new ConfigurationError('modules', 'must have one entry if there is no program that requires them');
  if (build !== undefined) project.build = fields(build, 'build', null);
  return project;
}

const TEXTS = ['title', 'firmware', 'chip', 'core'] as const;
const NUMBERS = ['clock', 'ram', 'flash'] as const;
const BOARD_FIELDS = [...TEXTS, ...NUMBERS, 'name', 'extends', 'jsVars', 'storage', 'nativeCalls', 'capacities'];

function configuredBoard(value: unknown, path: string, known: readonly Board[]): Board {
  const given = fields(value, path, BOARD_FIELDS);
  const name = text(given.name, `${path}.name`);
  if (known.some((board) => board.name === name)) {
    throw new ConfigurationError(`${path}.name`, `there is a board ${JSON.stringify(name)} already`);
  }
  const model = named(text(given.extends, `${path}.extends`), `${path}.extends`, known);
  const changes: Record<string, unknown> = { name };
  for (const field of TEXTS) if (given[field] !== undefined) changes[field] = text(given[field], `${path}.${field}`);
  for (const field of NUMBERS) if (given[field] !== undefined) changes[field] = count(given[field], `${path}.${field}`);
  if (given.nativeCalls !== undefined && typeof given.nativeCalls !== 'boolean') {
    throw new ConfigurationError(`${path}.nativeCalls`, 'must be true or false');
  }
  const storage = given.storage === undefined ? {} : { bytes: count(given.storage, `${path}.storage`) };
  const board = defineBoard({
    ...model,
    ...changes,
    nativeCalls: (given.nativeCalls as boolean | undefined) ?? model.nativeCalls,
    storage: { ...model.storage, ...storage },
    jsVars: given.jsVars === undefined ? model.jsVars.count : count(given.jsVars, `${path}.jsVars`),
    sources: [{ fact: 'all', where: `the configuration, after ${model.name}` }, ...model.sources],
  });
  const own = given.capacities === undefined ? {} : capacityFields(given.capacities, `${path}.capacities`);
  return { ...board, capacities: { ...board.capacities, ...own } };
}

function capacityFields(value: unknown, path: string): Partial<Capacities> {
  const given = fields(value, path, Object.keys(tiny));
  const capacities: Partial<Capacities> = {};
  for (const [name, number] of Object.entries(given)) {
    capacities[name as CapacityName] = count(number, `${path}.${name}`);
  }
  return capacities;
}

/** The object's fields. Throws for others than are known, with a suggestion; with null, all are. */
function fields(value: unknown, path: string, known: readonly string[] | null): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigurationError(path, 'must be an object');
  }
  for (const name of Object.keys(value)) {
    if (!known || known.includes(name)) continue;
    const near = nearestNames(name, known);
    const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there is ${known.join(', ')}`;
    throw new ConfigurationError(path === '' ? name : `${path}.${name}`, `is not known; ${hint}`);
  }
  return value as Record<string, unknown>;
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') throw new ConfigurationError(path, 'must be a text');
  return value;
}

function count(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new ConfigurationError(path, `must be a whole number, not ${JSON.stringify(value)}`);
  }
  return value;
}

function named(name: string, path: string, boards: readonly Board[]): Board {
  try {
    return findNamed(name, boards);
  } catch (error) {
    if (error instanceof UnknownNameError) throw new ConfigurationError(path, error.message);
    throw error;
  }
}
