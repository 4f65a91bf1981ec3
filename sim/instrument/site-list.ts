// Numbers the places of a program that its checks name, with what Espruino keeps of each function.

import type { AnyNode } from 'acorn';
import { JITTED_BYTES } from '../cost/jit-cost.js';
import { shortText } from '../language/finding.js';
import { isJitted } from '../language/jit-grammar.js';
import type { ClassNode, FunctionNode } from '../language/scope.js';
import { callStackOf, jittedStackOf } from './call-stack.js';
import { NO_SITE, type Site } from './site.js';

export interface SiteOptions {
  file: string;
  /** The list to which sites are added; their indices are in the text. */
  sites: Site[];
  /** Whether the text of functions is read in flash, and takes no memory. */
  inStorage: boolean;
  /** Whether functions are compiled that ask for it. */
  jit: boolean;
}

export class SiteList {
  constructor(
    private readonly source: string,
    private readonly options: SiteOptions,
  ) {}

  /** Adds a place, and returns its number. */
  add(node: AnyNode, details: Partial<Site> = {}): number {
    const { line, column } = node.loc!.start;
    const text = shortText(this.source.slice(node.start, node.end));
    return (
      this.options.sites.push({
        ...NO_SITE,
        file: this.options.file,
        line,
        column: column + 1,
        text,
        ...details,
      }) - 1
    );
  }

  /** Adds a function, with its text and its use of the stack. */
  ofFunction(node: FunctionNode): number {
    return this.add(node, {
      length: this.keptLength(node),
      count: node.params.length,
      name: node.id?.name ?? '',
      ...keptFunction(node, this.source),
      stack: this.isJitted(node) ? jittedStackOf(node) : callStackOf(node, this.source),
    });
  }

  /** Adds a class, with the text of its constructor. */
  ofClass(node: ClassNode, isGlobal: boolean): number {
    const maker = node.body.body.find((each) => each.type === 'MethodDefinition' && each.kind === 'constructor');
    const made = maker?.type === 'MethodDefinition' ? maker.value : undefined;
    const inherits = node.superClass?.type === 'Identifier' ? `${node.superClass.name}.apply(this,arguments)` : '';
    return this.add(node, { isGlobal, ...(made ? keptFunction(made, this.source) : { body: inherits }) });
  }

  /** Whether the firmware compiles the function. */
  isJitted(node: FunctionNode): boolean {
    return this.options.jit && isJitted(node);
  }

  /** Without a return at its start; in Storage, a reference to that. */
  private keptLength(node: FunctionNode): number {
    const { body } = node;
    const text = this.source.slice(body.start, body.end);
    const kept =
      body.type === 'BlockStatement'
        ? text
            .slice(1, -1)
            .trim()
            .replace(/^return\b\s*/, '')
        : text;
    if (this.isJitted(node)) return kept.length * JITTED_BYTES;
    return this.options.inStorage ? Math.min(1, kept.length) : kept.length;
  }
}

/** Returns the parts of a function that Espruino keeps. Of its text, this is the part between the braces, starting with the first token. */
export function keptFunction({ params, body }: FunctionNode, source: string): Pick<Site, 'parameters' | 'body'> {
  const parameters = params.flatMap((each) => (each.type === 'Identifier' ? [each.name] : []));
  if (body.type !== 'BlockStatement') {
    const [space] = ENDS_OPEN.test(source.charAt(body.end - 1)) ? /^[ \t]*/.exec(source.slice(body.end))! : [''];
    return { parameters, body: `return ${source.slice(body.start, body.end)}${space}` };
  }
  const [first] = body.body;
  if (!first) return { parameters, body: '' };
  // After a name, a number or a string, Espruino keeps all text up to the brace.
  const { end } = body.body[body.body.length - 1];
  return { parameters, body: source.slice(first.start, ENDS_OPEN.test(source.charAt(end - 1)) ? body.end - 1 : end) };
}

/** The last character of a token that has no fixed length. */
const ENDS_OPEN = /[\w$'"`/\x80-\uffff]/;
