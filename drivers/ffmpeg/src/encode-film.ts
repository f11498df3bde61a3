import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EncodeRequest, MediaToolFailure } from '@madang/kernel';
import type { ConfinedTools } from './confined-tools.ts';
import { encodeArguments, STILLS } from './encode-arguments.ts';
import type { FfmpegLimits } from './limits.ts';
import { NICENESS } from './niceness.ts';
import type { SourceFacts } from './probe-source.ts';
import { createSpeedometer, readProgress } from './progress.ts';
import { FOLDER } from './sandbox.ts';
import { SegmentList } from './segment-list.ts';
import { StillFiles } from './still-files.ts';

/** Until each rendition has begun, for somebody waits to watch; then. */
const LOOK_FIRST_EVERY_MS = 50;
const LOOK_EVERY_MS = 300;
const REPORT_EVERY_MS = 1_000;
const RENDITION = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

/** What a caller must never ask for; these are defects of ours, not of a source. */
function check({ picture, sounds }: EncodeRequest): readonly string[] {
  const ids = [...(picture?.rungs ?? []), ...sounds].map(({ id }) => id);
  if (ids.length === 0 || picture?.rungs.length === 0) throw new RangeError('nothing to encode');
  if (new Set(ids).size < ids.length || !ids.every((id) => RENDITION.test(id)))
    throw new RangeError(`not names of renditions: ${ids.join(', ')}`);
  return ids;
}

/** Hands on what was made, one thing of a kind at a time and in order, and keeps the first thing that went wrong. */
class Deliveries {
  readonly #signal: AbortSignal;
  readonly #onFailure: (error: unknown) => void;
  readonly #chains = new Map<string, Promise<void>>();

  /** @param signal nothing more is handed on once it is aborted */
  constructor(signal: AbortSignal, onFailure: (error: unknown) => void) {
    this.#signal = signal;
    this.#onFailure = onFailure;
  }

  add(kind: string, deliver: () => Promise<void>): void {
    const before = this.#chains.get(kind) ?? Promise.resolve();
    const next = before.then(() => {
      this.#signal.throwIfAborted();
      return deliver();
    });
    next.catch(this.#onFailure);
    this.#chains.set(kind, next);
  }

  async done(): Promise<void> {
    await Promise.all(this.#chains.values());
  }
}

/** See `MediaTools.encode`. */
export async function encodeFilm(
  tools: ConfinedTools,
  request: EncodeRequest,
  facts: SourceFacts,
  options: { readonly threads: number; readonly limits: FfmpegLimits },
): Promise<void> {
  const { picture, folder } = request;
  const renditions = check(request);
  for (const { sourceIndex } of [...(picture === undefined ? [] : [picture]), ...request.sounds])
    if (!facts.streams.has(sourceIndex)) throw new MediaToolFailure('unreadable', `there is no stream ${sourceIndex}`);
  // It writes beside what it has finished: that is taken out of its reach, piece by piece.
  const work = path.join(folder, '.work');
  for (const place of [folder, work]) for (const id of [...renditions, STILLS]) await mkdir(path.join(place, id), { recursive: true });

  const ending = new AbortController();
  const signal = AbortSignal.any([request.signal, ending.signal]);
  const end = (reason: unknown): void => ending.abort(reason);
  const stalled = setTimeout(
    () => end(new MediaToolFailure('exhausted', `no frame for ${options.limits.stallSeconds} s`)),
    options.limits.stallSeconds * 1000,
  );

  const sounds = new Set(request.sounds.map(({ id }) => id));
  const lists = renditions.map((id) => new SegmentList(work, folder, id, sounds.has(id) ? 0 : (picture?.firstSegment ?? 0)));
  const stills = new StillFiles(work, folder, picture?.rate ?? { numerator: 1, denominator: 1 }, request.stills?.frames ?? []);
  const deliveries = new Deliveries(signal, end);
  const look = async (ended = false): Promise<void> => {
    for (const list of lists) for await (const segment of list.news()) deliveries.add(segment.rendition, () => request.onSegment(segment));
    for await (const still of stills.news(ended)) deliveries.add(STILLS, async () => request.stills?.onStill(still));
  };

  const report = progressReports(request);
  const stopped = new AbortController();
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      await look();
      await delay(lists.every((list) => list.begun) ? LOOK_EVERY_MS : LOOK_FIRST_EVERY_MS, undefined, { signal: stopped.signal }).catch(
        () => undefined,
      );
    }
  })();
  watching.catch(end);

  const encoding = tools.run({
    tool: 'ffmpeg',
    arguments: encodeArguments(request, facts, options),
    source: request.source,
    folder: work,
    // ffmpeg makes sure of a folder for each initialization segment, and does so from where it runs.
    workingFolder: `${FOLDER}/${renditions[0]}`,
    seconds: options.limits.encodeSeconds,
    niceness: request.picture === undefined ? NICENESS.sound : NICENESS.picture,
    onOutput: readProgress((values) => {
      if (report(values)) stalled.refresh();
    }),
    signal,
  });
  // However it ends, what it finished before is handed on.
  const [encoded] = await Promise.allSettled([encoding]);
  clearTimeout(stalled);
  stopped.abort();
  try {
    await watching;
    if (!signal.aborted) await look(true);
    if (encoded.status === 'fulfilled') for (const list of lists) await list.assertEnded();
    await deliveries.done();
  } catch (error) {
    end(error);
  }
  await Promise.allSettled([deliveries.done()]);
  await rm(work, { recursive: true, force: true });
  signal.throwIfAborted();
  if (encoded.status === 'rejected') throw encoded.reason;
}

/** Tells whether there was anything new. The picture's frames are the measure; without one, the clock of the sound. */
function progressReports({ picture, onProgress }: EncodeRequest): (values: ReadonlyMap<string, string>) => boolean {
  const speedometer = createSpeedometer(() => performance.now());
  let last = 0;
  let told = 0;
  let work = '';
  return (values) => {
    const frames = Number(values.get('frame') ?? 0) || 0;
    const clock = Number(values.get('out_time_us') ?? 0) / 1_000_000 || 0;
    const seconds = Math.max(last, picture === undefined ? clock : (frames * picture.rate.denominator) / picture.rate.numerator);
    last = seconds;
    const speed = speedometer(seconds);
    const now = performance.now();
    if (seconds > 0 && now - told >= REPORT_EVERY_MS - 50) {
      told = now;
      onProgress?.({ seconds, speed });
    }
    const doneBefore = work;
    work = `${frames}:${clock}`;
    return work !== doneBefore;
  };
}
