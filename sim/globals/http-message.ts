// Messages of HTTP/1.1 as text that arrives in pieces: a head, and a body of a known length, in chunks, or up to the end of the connection.

export interface Head {
  /** The words of the first line: two, and the rest. */
  first: [string, string, string];
  headers: Record<string, string>;
}

export interface MessageEvents {
  head(head: Head): void;
  data(text: string): void;
  end(): void;
}

const END_OF_HEAD = '\r\n\r\n';

export class MessageReader {
  private text = '';
  private isBody = false;
  private isChunked = false;
  /** Remaining bytes of the body, or of a chunk; undefined if the body ends with the connection. */
  private left: number | undefined;
  private hasEnded = false;

  /** `endsWithHead`: a message that tells no length has no body. */
  constructor(
    private readonly events: MessageEvents,
    private readonly endsWithHead: boolean,
  ) {}

  read(text: string): void {
    this.text += text;
    if (!this.isBody) {
      const end = this.text.indexOf(END_OF_HEAD);
      if (end < 0) return;
      const head = headOf(this.text.slice(0, end));
      this.text = this.text.slice(end + END_OF_HEAD.length);
      this.isBody = true;
      const field = (name: string) =>
        Object.entries(head.headers)
          .find(([key]) => key.toLowerCase() === name)?.[1]
          .toLowerCase();
      this.isChunked = field('transfer-encoding') === 'chunked';
      const length = field('content-length');
      if (length !== undefined) this.left = Number(length);
      else if (this.endsWithHead && !this.isChunked) this.left = 0;
      this.events.head(head);
    }
    if (this.isChunked) this.readChunks();
    else this.readBody();
  }

  private readBody(): void {
    const taken = this.left === undefined ? this.text : this.text.slice(0, this.left);
    this.text = '';
    if (taken !== '') this.events.data(taken);
    if (this.left === undefined) return;
    this.left -= taken.length;
    if (this.left <= 0) this.closed();
  }

  private readChunks(): void {
    for (;;) {
      const found = /^([\da-f]+)[^\r\n]*\r\n/i.exec(this.text);
      if (!found) return;
      const length = Number.parseInt(found[1], 16);
      const start = found[0].length;
      if (this.text.length < start + length + 2) return;
      const chunk = this.text.slice(start, start + length);
      this.text = this.text.slice(start + length + 2);
      if (length === 0) {
        this.closed();
        return;
      }
      this.events.data(chunk);
    }
  }

  /** The connection has ended, or the message. */
  closed(): void {
    if (this.hasEnded || !this.isBody) return;
    this.hasEnded = true;
    this.events.end();
  }
}

function headOf(text: string): Head {
  const [first, ...lines] = text.split('\r\n');
  const [one = '', two = '', ...rest] = first.split(' ');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
  }
  return { first: [one, two, rest.join(' ')], headers };
}

export function printHead(first: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${[first, ...lines].join('\r\n')}${END_OF_HEAD}`;
}

export function printChunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
