import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type EncodedSegment, MediaToolFailure } from '@madang/kernel';
import { INIT, LIST } from './encode-arguments.ts';

export interface ListedSegment {
  readonly index: number;
  readonly name: string;
  readonly seconds: number;
}

/** Reads the list that ffmpeg keeps of finished segments. It is ours, but anything else in it is left out. */
export function readList(text: string): readonly ListedSegment[] {
  const listed: ListedSegment[] = [];
  let seconds: number | undefined;
  for (const line of text.split('\n')) {
    const duration = /^#EXTINF:(\d+(?:\.\d+)?),/.exec(line);
    if (duration !== null) {
      seconds = Number(duration[1]);
      continue;
    }
    const name = /^s(\d{5,9})\.m4s$/.exec(line);
    if (name === null || seconds === undefined) continue;
    listed.push({ index: Number(name[1]), name: line, seconds });
    seconds = undefined;
  }
  return listed;
}

/** Whether a file is a row of whole MP4 boxes: one that met the end of the disk is not. */
async function isWhole(file: string, bytes: number): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const header = Buffer.alloc(16);
    let at = 0;
    while (at < bytes) {
      const { bytesRead } = await handle.read(header, 0, 16, at);
      if (bytesRead < 8) return false;
      const short = header.readUInt32BE(0);
      const size = short === 1 && bytesRead === 16 ? Number(header.readBigUInt64BE(8)) : short;
      if (size < 8) return false;
      at += size;
    }
    return at === bytes;
  } finally {
    await handle.close();
  }
}

/** What a rendition has finished, told once each. */
export class SegmentList {
  readonly #rendition: string;
  readonly #folder: string;
  #seen = '';
  #next: number;

  constructor(folder: string, rendition: string, firstSegment: number) {
    this.#rendition = rendition;
    this.#folder = path.join(folder, rendition);
    this.#next = firstSegment;
  }

  /** Segments finished since the last call, in order. Throws `MediaToolFailure` where one is torn. */
  async news(): Promise<readonly EncodedSegment[]> {
    const list = path.join(this.#folder, LIST);
    const state = await stat(list, { bigint: true }).catch(() => undefined);
    if (state === undefined) return [];
    // It is written anew beside the old one and renamed.
    const version = `${state.ino}:${state.mtimeNs}:${state.size}`;
    if (version === this.#seen) return [];
    const listed = readList(await readFile(list, 'utf8')).filter(({ index }) => index >= this.#next);
    const news: EncodedSegment[] = [];
    for (const { index, name, seconds } of listed) {
      // An encoder that met no frame still lists one segment of no length.
      if (seconds === 0) continue;
      if (index !== this.#next) throw new MediaToolFailure('crashed', `segment ${this.#next} of ${this.#rendition} was not listed`);
      const file = path.join(this.#folder, name);
      const { size } = await stat(file);
      if (size === 0 || !(await isWhole(file, size)))
        throw new MediaToolFailure('disk_full', `segment ${index} of ${this.#rendition} is torn`);
      news.push({ rendition: this.#rendition, index, path: file, initPath: path.join(this.#folder, INIT), seconds, bytes: size });
      this.#next = index + 1;
    }
    this.#seen = version;
    return news;
  }
}
