import { open, statfs } from 'node:fs/promises';
import path from 'node:path';
import { type EncodedSegment, MediaToolFailure } from '@madang/kernel';
import { INIT, LIST } from './encode-arguments.ts';
import { readMade, takeOut } from './take-out.ts';

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
    const name = /^s(\d{5,9})\.m4s$/.exec(line);
    if (name !== null && seconds !== undefined) listed.push({ index: Number(name[1]), name: line, seconds });
    seconds = duration === null ? undefined : Number(duration[1]);
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
    return at === bytes && bytes > 0;
  } finally {
    await handle.close();
  }
}

/** Under this a disk counts as full. */
const LITTLE_ROOM = 2 ** 24;

/** ffmpeg does not always notice that what it wrote did not arrive; whoever looks knows why by the room that is left. */
async function notWritten(folder: string, detail: string): Promise<MediaToolFailure> {
  const { bavail, bsize } = await statfs(folder);
  return new MediaToolFailure(bavail * bsize < LITTLE_ROOM ? 'disk_full' : 'crashed', detail);
}

/** What a rendition has finished, taken out of where the encoder works and told once each. */
export class SegmentList {
  readonly #rendition: string;
  readonly #work: string;
  readonly #folder: string;
  #seen = '';
  #begun = false;
  #ended = false;
  #next: number;

  /** @param work where the encoder writes, @param folder where segments go; both have a folder for the rendition */
  constructor(work: string, folder: string, rendition: string, firstSegment: number) {
    this.#rendition = rendition;
    this.#work = path.join(work, rendition);
    this.#folder = path.join(folder, rendition);
    this.#next = firstSegment;
  }

  /** Whether a segment was told. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Segments finished since the last call, in order. Throws `MediaToolFailure` where one is torn. */
  async *news(): AsyncGenerator<EncodedSegment> {
    const list = await readMade(path.join(this.#work, LIST), this.#seen);
    if (list === undefined) return;
    for (const { index, name, seconds } of readList(list.text)) {
      // An encoder that met no frame still lists one segment of no length.
      if (index < this.#next || seconds === 0) continue;
      if (index !== this.#next) throw await notWritten(this.#folder, `segment ${this.#next} of ${this.#rendition} was not listed`);
      const initPath = path.join(this.#folder, INIT);
      if (!this.#begun) await takeOut(path.join(this.#work, INIT), initPath);
      this.#begun = true;
      const file = path.join(this.#folder, name);
      const bytes = await takeOut(path.join(this.#work, name), file);
      if (!(await isWhole(file, bytes))) throw await notWritten(this.#folder, `segment ${index} of ${this.#rendition} is torn`);
      this.#next = index + 1;
      yield { rendition: this.#rendition, index, path: file, initPath, seconds, bytes };
    }
    this.#ended = /^#EXT-X-ENDLIST$/m.test(list.text);
    this.#seen = list.version;
  }

  /** Throws `MediaToolFailure` where the last look did not see the end of the list: an encoder that says it is done may have met a full disk. */
  async assertEnded(): Promise<void> {
    if (!this.#ended) throw await notWritten(this.#folder, `the list of ${this.#rendition} has no end`);
  }
}
