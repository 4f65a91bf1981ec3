// The instruction set: every form by its name.

import type { Form, Row } from './form.js';
import { branches } from './forms/branches.js';
import { data } from './forms/data.js';
import { float } from './forms/float.js';
import { memory } from './forms/memory.js';
import { narrow } from './forms/narrow.js';

const ROWS = { ...narrow, ...data, ...branches, ...memory, ...float };

export type FormName = keyof typeof ROWS;

/** Forms by name. */
export const FORMS = Object.fromEntries(
  Object.entries<Row>(ROWS).map(([name, form], id) => [name, { ...form, name, id }]),
) as Record<FormName, Form>;

/** All forms, by `id`. */
export const ALL_FORMS: readonly Form[] = Object.values(FORMS);
