// Numbers as a report prints them.

/** `1,234` */
export function grouped(value: number): string {
  return value.toLocaleString('en');
}

/** `1 call`, `1,234 calls` */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Formats a share, rounded up: `13 %`, `> 999 %`. */
export function percent(share: number): string {
  return share > 9.99 ? '> 999 %' : `${Math.ceil(share * 100)} %`;
}

/** `a, b and c` */
export function listed(parts: string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`;
}
