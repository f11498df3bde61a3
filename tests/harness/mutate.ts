const STARTLING = [0x00, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x22, 0x2c, 0x3b, 0x3d, 0x25];

/** `bytes` with one to four accidents: flipped, dropped, repeated, filled or foreign bytes, or an early end. Never the same length for sure, never more than twice it and 64. */
export function mutate(bytes: Buffer, random: () => number): Buffer {
  let now = Buffer.from(bytes);
  const below = (end: number): number => Math.floor(random() * end);
  for (let accidents = 1 + below(4); accidents > 0; accidents--) {
    const at = below(now.length + 1);
    const some = now.subarray(at, at + 1 + below(32));
    const head = now.subarray(0, at);
    const tail = now.subarray(at + some.length);
    switch (below(6)) {
      case 0: {
        if (at < now.length) now[at] = (now[at] as number) ^ (1 << below(8));
        break;
      }
      case 1:
        now = Buffer.concat([head, tail]);
        break;
      case 2:
        now = Buffer.concat([head, some, some, tail]);
        break;
      case 3:
        now = Buffer.concat([head, Buffer.alloc(some.length, STARTLING[below(STARTLING.length)]), tail]);
        break;
      case 4:
        now = Buffer.concat([head, Buffer.from(Array.from({ length: 1 + below(8) }, () => below(256))), some, tail]);
        break;
      default:
        if (random() < 0.3) now = Buffer.from(head);
    }
  }
  return now;
}

/** The same for text that goes where only visible characters of ISO 8859-1 may, as in headers and request lines. */
export function mutateVisible(text: string, random: () => number): string {
  return mutate(Buffer.from(text, 'latin1'), random)
    .toString('latin1')
    .replaceAll(/[^\u0021-\u007e\u00a1-\u00ff ]/g, '~');
}
