import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type JobContext, type JobHandler, MediaToolFailure } from '@madang/kernel';
import { chooseThumbnail, type MediaPlan, storyboardVtt, type VideoPlan } from '@madang/media-plan';
import { CONTENT_TYPES, candidateFile, INIT, STORYBOARD, segmentName, storyboardSheet, vodPrefix, WAVEFORM } from './asset-keys.ts';
import { type AssetRow, findAsset, findChunks, findPlan, findStills, type KeptStill, lockAsset, setReady } from './asset-store.ts';
import { keepStorage } from './asset-usage.ts';
import type { Captions } from './captions.ts';
import type { TranscodeDeps } from './transcode-chunk.job-handler.ts';
import { AssetGone, settled } from './transcode-failure.ts';
import { finishAsset, type VersionPayload } from './transcode-jobs.ts';
import { bytesOf } from './transcode-playlists.ts';
import { madeSoFar } from './transcode-progress.ts';
import { CANDIDATE_SIDE, candidateSeconds } from './transcode-stills.ts';

export interface FinishDeps extends TranscodeDeps {
  readonly captions: Captions;
}

const WAVEFORM_POINTS_A_SECOND = 10;
const [FEWEST_POINTS, MOST_POINTS] = [100, 2000];
/** A source whose bytes end this much before its header says is as long as what was in it. */
const CUT_OFF_SECONDS = 0.5;

interface Candidates {
  readonly times: readonly number[];
  readonly bytes: number;
}
const NO_CANDIDATES: Candidates = { times: [], bytes: 0 };

interface Finishing {
  readonly context: JobContext;
  readonly asset: AssetRow;
  readonly plan: MediaPlan;
  readonly prefix: string;
  readonly source: string;
  readonly folder: string;
}

/** Everything is made: what goes with a film is taken from it, and it is ready. */
export function createFinishHandler(deps: FinishDeps): JobHandler<VersionPayload> {
  return (context, { assetId, version }) =>
    settled(context, { assetId, version, attempts: finishAsset.attempts }, deps.failAsset, async () => {
      const { zone, signal } = context;
      const asset = await zone.db.maybeOne(findAsset(assetId));
      const plan = (await zone.db.maybeOne(findPlan(assetId, version)))?.plan;
      if (asset?.version !== version || (asset.status !== 'playable' && asset.status !== 'processing') || plan == null)
        return { unwanted: true };
      const prefix = vodPrefix(zone.zone.id, assetId, version);
      const source = await deps.work.openSource(asset.source_key, signal);
      try {
        await deps.work.inFolder((folder) => finish(deps, { context, asset, plan, prefix, source: source.path, folder }));
      } finally {
        source.release();
      }
      return { ready: true };
    });
}

async function finish(deps: FinishDeps, finishing: Finishing): Promise<void> {
  const { context, asset, plan } = finishing;
  const { zone, signal } = context;
  const optional = async <T>(what: string, none: T, make: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    try {
      return await make();
    } catch (error) {
      // The film itself is whole: what the source does not give is left out. What may heal is tried again with the job.
      if (!(error instanceof MediaToolFailure) || error.reason === 'crashed' || error.reason === 'disk_full') throw error;
      context.log.warn({ asset: asset.id, what, reason: error.reason, detail: error.detail }, 'a film goes without');
      return none;
    }
  };
  let bytes = 0;
  const put = async (file: string, from: string | Buffer, contentType: string): Promise<void> => {
    bytes += typeof from === 'string' ? (await stat(from)).size : from.length;
    await deps.blobs.put(`${finishing.prefix}${file}`, typeof from === 'string' ? createReadStream(from) : from, { contentType });
  };

  await takeSubtitles(deps, finishing, optional);
  const candidates =
    plan.kind === 'video' ? await optional('candidates', NO_CANDIDATES, () => takeCandidates(deps, finishing, plan)) : NO_CANDIDATES;
  bytes += candidates.bytes;
  const storyboard = plan.kind === 'video' && (await optional('storyboard', false, () => makeStoryboard(deps, finishing, plan, put)));
  const waveform = await optional('waveform', false, () => makeWaveform(deps, finishing, put));

  // The last publication measures the bit rates; it is repeated with every try.
  await deps.publish(
    { zone, assetId: asset.id, version: asset.version, plan, put: new Map() },
    {
      after: async (tx, { whole, seconds }) => {
        if (!whole) throw new Error(`${asset.id} is to be finished and not whole`);
        const length = seconds < plan.durationSeconds - CUT_OFF_SECONDS ? seconds : plan.durationSeconds;
        const chunks = await tx.many(findChunks(asset.id, asset.version));
        const made = bytesOf(chunks) + bytes;
        const progress = { rungs: madeSoFar(plan, chunks).rungs };
        const row = await tx.maybeOne(lockAsset(asset.id));
        const texts = [JSON.stringify(candidates.times), JSON.stringify(progress)] as const;
        const ready = setReady(asset.id, asset.version, made, length, storyboard, waveform, ...texts, deps.clock.now());
        if (row === undefined || (await tx.run(ready)) === 0) throw new AssetGone();
        await keepStorage(tx, row.owner_id, made);
        await deps.changes.announce(tx, asset.id);
      },
    },
  );
}

type Put = (file: string, from: string | Buffer, contentType: string) => Promise<void>;
type Optional = <T>(what: string, none: T, make: () => Promise<T>) => Promise<T>;

async function takeSubtitles(
  { tools, captions }: FinishDeps,
  { context, asset, plan, source }: Finishing,
  optional: Optional,
): Promise<void> {
  const { zone, signal } = context;
  for (const { id, sourceIndex, language = 'und', name } of plan.subtitles) {
    // The same id in every try.
    const captionsId = `${asset.id.replace(/^[a-z]+_/, 'captions_')}-${asset.version}-${id}`;
    await optional('subtitles', undefined, async () => {
      const vtt = await tools.subtitles(source, { sourceIndex, signal });
      await captions.keepTrack(zone, asset, { id: captionsId, language, name, vtt });
    });
  }
}

/** Pictures to choose from, and the best of them before playing if nobody chose yet. Answers with their times and bytes. */
async function takeCandidates(deps: FinishDeps, finishing: Finishing, plan: VideoPlan): Promise<Candidates> {
  const { context, asset, prefix, folder } = finishing;
  const stills = (await keptStills(context, asset)) ?? (await takeStills(deps, finishing, plan));
  const best = chooseThumbnail(stills, plan.durationSeconds);
  if (best !== undefined && asset.poster_origin === 'made' && asset.poster_candidate === null) {
    const path = await deps.work.fetch(`${prefix}${candidateFile(best)}`, folder);
    await deps.posters.make(context.zone, asset.id, asset.version, { path, origin: 'made', candidate: best }, folder);
  }
  return { times: stills.map(({ atSeconds }) => atSeconds), bytes: stills.reduce((sum, still) => sum + still.bytes, 0) };
}

/** Taken and put while the film was encoded, up to the first that is missing; undefined where there is none. */
async function keptStills({ zone }: JobContext, { id, version }: AssetRow): Promise<KeptStill[] | undefined> {
  const kept: Record<string, KeptStill> = Object.assign({}, ...(await zone.db.many(findStills(id, version))).map(({ stills }) => stills));
  const stills: KeptStill[] = [];
  for (let still = kept[0]; still !== undefined; still = kept[stills.length]) stills.push(still);
  return stills.length === 0 ? undefined : stills;
}

/** Of the source, where encoding gave none: each costs a search. */
async function takeStills(deps: FinishDeps, { context, prefix, source, folder }: Finishing, plan: VideoPlan): Promise<KeptStill[]> {
  const { sourceIndex, toneMap } = plan.picture;
  const { signal } = context;
  const wish = { sourceIndex, toneMap, folder, longSide: CANDIDATE_SIDE, atSeconds: candidateSeconds(plan), signal };
  const stills: KeptStill[] = [];
  for (const [index, frame] of (await deps.tools.frames(source, wish)).entries()) {
    await deps.blobs.put(`${prefix}${candidateFile(index)}`, createReadStream(frame.path), { contentType: CONTENT_TYPES.jpeg, signal });
    stills.push({ ...frame, bytes: (await stat(frame.path)).size });
  }
  return stills;
}

/** Of the smallest rung, whose key frames lie where the plan says. */
async function makeStoryboard(deps: FinishDeps, finishing: Finishing, plan: VideoPlan, put: Put): Promise<boolean> {
  const { context, asset, prefix, folder } = finishing;
  const { signal, zone } = context;
  const rung = plan.rungs[0]?.id ?? '';
  const chunks = await zone.db.many(findChunks(asset.id, asset.version));
  const count = chunks.reduce((sum, { segments }) => sum + (segments[rung]?.length ?? 0), 0);
  const parts: string[] = [];
  for (const name of [INIT, ...Array.from({ length: count }, (_, index) => segmentName(index))]) {
    const at = path.join(folder, `storyboard-${name}`);
    const { body } = await deps.blobs.get(`${prefix}${rung}/${name}`);
    await pipeline(body, createWriteStream(at), { signal });
    parts.push(at);
  }
  const { tile, columns, rows, everyKeyFrames } = plan.storyboard;
  const { sheets, tiles } = await deps.tools.storyboard(parts, { tile, columns, rows, everyKeyFrames, folder, signal });
  if (tiles === 0) return false;
  for (const [index, sheet] of sheets.entries()) await put(storyboardSheet(index), sheet, CONTENT_TYPES.jpeg);
  const vtt = storyboardVtt({ ...plan.storyboard, tiles: Math.min(tiles, plan.storyboard.tiles) }, storyboardSheet);
  await put(STORYBOARD, Buffer.from(vtt), CONTENT_TYPES.vtt);
  return true;
}

async function makeWaveform(deps: FinishDeps, { context, plan, source }: Finishing, put: Put): Promise<boolean> {
  const [sound] = plan.audio;
  if (sound === undefined) return false;
  const points = Math.min(MOST_POINTS, Math.max(FEWEST_POINTS, Math.round(plan.durationSeconds * WAVEFORM_POINTS_A_SECOND)));
  const { sourceIndex } = sound;
  const peaks = await deps.tools.waveform(source, { sourceIndex, seconds: plan.durationSeconds, points, signal: context.signal });
  await put(WAVEFORM, Buffer.from(peaks), CONTENT_TYPES.bytes);
  return true;
}
