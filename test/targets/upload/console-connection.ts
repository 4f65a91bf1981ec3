// A connection to a simulated board's console without a port, and images to upload.

import { Console, type SimulatedBoard } from '../../../sim/index.js';
import type { BoardImage } from '../../../targets/board/image.js';
import {
  type BoardConnection,
  evaluationLine,
  evaluationResult,
  UploadError,
} from '../../../targets/upload/connection.js';

export class ConsoleConnection implements BoardConnection {
  readonly port = 'the simulator';
  /** Lines that were sent. */
  readonly lines: string[] = [];
  /** After so many lines, nothing is answered any more. */
  linesUntilLost = Number.POSITIVE_INFINITY;
  private readonly console: Console;
  private printed = '';
  private evaluations = 0;

  constructor(readonly board: SimulatedBoard) {
    this.console = new Console(board, (text) => {
      this.printed += text;
    });
    this.console.settle();
  }

  async evaluate(expression: string): Promise<unknown> {
    const number = ++this.evaluations;
    const result = evaluationResult(this.type(evaluationLine(expression, number)), number);
    if (!result) throw new UploadError('connection', 'nothing was answered');
    return result.value;
  }

  async run(line: string): Promise<void> {
    this.type(`\x10${line}\n`);
  }

  close(): void {
    this.board.console = undefined;
  }

  private type(text: string): string {
    if (this.lines.length >= this.linesUntilLost) throw new UploadError('connection', 'the connection was lost');
    this.lines.push(text);
    this.printed = '';
    this.console.receive(text);
    this.console.settle(10);
    return this.printed;
  }
}

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** Prints its word and a sum over its data, which is of so many bytes. */
export function exampleImage(word: string, size: number, dataName = 'app.data'): BoardImage {
  const data = Uint8Array.from({ length: size }, (_, index) => (index * 7 + word.length + word.charCodeAt(0)) & 255);
  const app = `var d=require("Storage").read(${JSON.stringify(dataName)});exports.sum=E.CRC32(d);exports.word="${word}";`;
  return {
    name: 'app',
    board: 'puckjs',
    files: [
      { name: dataName, bytes: data },
      { name: 'app', bytes: bytes(app) },
      { name: '.bootcde', bytes: bytes(`var app=require("app");print(app.word+" "+app.sum)//${word}`) },
    ],
  };
}
