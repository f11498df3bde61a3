// Run as a program: writes one key for ever, each generation with other bytes, and prints each generation once it is put.
import { Readable } from 'node:stream';
import { silentLogger } from '@madang/kernel';
import { createFileBlobs } from './file-blobs.ts';

export const CRASH_KEY = 'zones/crash/object';

/** 1.5 MB or so, different in every byte and in length from one generation to the next. */
export function bodyOf(generation: number): Buffer {
  return Buffer.alloc(1_500_000 + (generation % 97) * 1000, 1 + (generation % 251));
}

async function* pieces(body: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += 64 * 1024) yield body.subarray(at, at + 64 * 1024);
}

if (process.argv[1] === import.meta.filename) {
  const [root = '', first = '0'] = process.argv.slice(2);
  const store = await createFileBlobs({ root, logger: silentLogger });
  for (let generation = Number(first); ; generation++) {
    await store.put(CRASH_KEY, Readable.from(pieces(bodyOf(generation))), { contentType: `test/${generation}` });
    process.stdout.write(`${generation}\n`);
  }
}
