import { defineJob, type JobQueue, type Queries, systemOnly } from '@madang/kernel';
import type { MediaPlan } from '@madang/media-plan';
import { z } from 'zod';
import { countUnsettled, insertChunk, setJob } from './asset-store.ts';
import { SOUNDS, type Unit, unitsOf } from './transcode-units.ts';

const versionPayload = z.object({ assetId: z.string(), version: z.string() });
export const unitPayload = versionPayload.extend({ wave: z.int(), chunk: z.int() });
export type VersionPayload = z.output<typeof versionPayload>;
export type UnitPayload = z.output<typeof unitPayload>;

const HOUR_SECONDS = 3600;

/** From a whole upload to a plan and the jobs that carry it out. */
export const prepareAsset = defineJob({
  name: 'media.prepare-asset',
  payload: versionPayload,
  policy: systemOnly('follows an upload that was allowed'),
  attempts: 6,
  concurrency: 2,
  timeoutSeconds: HOUR_SECONDS,
});

/** ffmpeg uses every core, so one at a time on a node. */
export const transcodeChunk = defineJob({
  name: 'media.transcode-chunk',
  payload: unitPayload,
  policy: systemOnly('carries out a plan'),
  attempts: 6,
  concurrency: 1,
  timeoutSeconds: 4 * HOUR_SECONDS,
});

/** Beside the pictures: sound costs little, and a film cannot be played before its sounds have begun. */
export const transcodeSounds = defineJob({
  name: 'media.transcode-sounds',
  payload: unitPayload,
  policy: systemOnly('carries out a plan'),
  attempts: 6,
  concurrency: 1,
  timeoutSeconds: 4 * HOUR_SECONDS,
});

export const finishAsset = defineJob({
  name: 'media.finish-asset',
  payload: versionPayload,
  policy: systemOnly('carries out a plan'),
  attempts: 6,
  concurrency: 1,
  timeoutSeconds: HOUR_SECONDS,
});

const FIRST_CHUNK = 1000;
const FIRST_WAVE = 500;
const LATER_WAVES = 100;
/** What each film of theirs that is being made already takes from a person's place in the queue. */
const PER_FILM = 20;

/** Every film's beginning before any film's rest, later waves last; a person with much under way after others. */
export function priorityOf({ wave, chunk }: Unit, filmsUnderWay: number): number {
  const own = wave > 0 ? LATER_WAVES : chunk > 0 ? FIRST_WAVE : FIRST_CHUNK;
  return own - PER_FILM * Math.min(filmsUnderWay, 100);
}

export interface TranscodeQueue {
  prepare(tx: Queries, asset: VersionPayload): Promise<string>;
  /** Jobs for these units, or all of the plan; those that have one keep it. Answers with the jobs' ids. */
  make(tx: Queries, asset: VersionPayload & { ownerId: string }, plan: MediaPlan, units?: readonly Unit[]): Promise<string[]>;
  finish(tx: Queries, asset: VersionPayload): Promise<string>;
}

export function createTranscodeQueue(jobs: JobQueue): TranscodeQueue {
  return {
    async prepare(tx, { assetId, version }) {
      const jobId = await jobs.enqueue(tx, prepareAsset, { assetId, version }, { key: `${assetId}/${version}` });
      await tx.run(setJob(assetId, version, jobId));
      return jobId;
    },
    async make(tx, { assetId, version, ownerId }, plan, units = unitsOf(plan)) {
      const { count } = await tx.one(countUnsettled(ownerId));
      const ids: string[] = [];
      for (const unit of units) {
        const definition = unit.chunk === SOUNDS ? transcodeSounds : transcodeChunk;
        const key = `${assetId}/${version}/${unit.wave}/${unit.chunk}`;
        const jobId = await jobs.enqueue(tx, definition, { assetId, version, ...unit }, { key, priority: priorityOf(unit, count - 1) });
        await tx.run(insertChunk(assetId, version, unit.wave, unit.chunk, jobId));
        ids.push(jobId);
      }
      return ids;
    },
    async finish(tx, { assetId, version }) {
      const jobId = await jobs.enqueue(tx, finishAsset, { assetId, version }, { key: `${assetId}/${version}` });
      await tx.run(setJob(assetId, version, jobId));
      return jobId;
    },
  };
}
