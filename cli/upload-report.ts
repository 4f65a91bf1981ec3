// Prints the progress and the result of an upload, for `tazzina flash`.

import type { BoardImage } from '../targets/board/image.js';
import { writeAll } from '../targets/node/streams.js';
import type { UploadProgress, UploadResult } from '../targets/upload/upload.js';
import { printText } from './print.js';

const STEPS: Record<UploadProgress['step'], string> = {
  checked: '',
  compacting: 'compacting Storage: keep the power on',
  writing: '',
  verified: 'read back: all is as it was sent',
  switching: 'switching to the new program',
  started: 'started',
};

/** Lines on standard error; on a terminal, one of them changes. */
export class ProgressReport {
  private shown = -1;
  private isOpen = false;

  constructor(private readonly isQuiet: boolean) {}

  add({ step, written, total, file }: UploadProgress): void {
    if (this.isQuiet) return;
    if (step !== 'writing') {
      this.end();
      if (STEPS[step] !== '') this.write(`${STEPS[step]}\n`);
      return;
    }
    const percent = Math.floor((written / total) * 100);
    if (percent === this.shown) return;
    this.shown = percent;
    if (process.stderr.isTTY) {
      this.write(`\r\x1b[Kwriting ${file}: ${percent} %`);
      this.isOpen = true;
    } else if (written === 0) this.write(`writing ${total} bytes\n`);
  }

  /** Ends the line that changes. */
  end(): void {
    if (this.isOpen) this.write('\n');
    this.isOpen = false;
  }

  private write(text: string): void {
    writeAll(2, Buffer.from(text));
  }
}

export function printUpload(
  { dryRun = false, json }: { dryRun?: boolean; json?: boolean },
  { name, board }: BoardImage,
  { version, plan, storage }: UploadResult,
): void {
  const written = plan.journal ? plan.written.slice(1).reduce((sum, { bytes }) => sum + bytes.length, 0) : 0;
  const kept = plan.kept.map((each) => each.name);
  if (json) {
    const erased = plan.journal?.erase ?? [];
    printText(
      1,
      `${JSON.stringify({ ok: true, dryRun, name, board, version, written, kept, erased, free: storage.free })}\n`,
    );
    return;
  }
  const is = dryRun ? 'would be' : 'are';
  const rest = kept.length > 0 ? `, ${kept.join(', ')} ${is} kept` : '';
  const free = dryRun ? `; Storage has ${storage.free} free` : '';
  printText(1, `${name}: ${written} bytes ${is} written${rest}${free}\n`);
}
