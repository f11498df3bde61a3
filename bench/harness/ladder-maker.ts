/** A process that makes ladders: Madang's encoder by its port, or bare ffmpeg. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createMediaTools } from '@madang/ffmpeg';
import { silentLogger } from '@madang/kernel';
import { planMedia, readProbe, type VideoPlan } from '@madang/media-plan';
import { requestOf, unitsOf } from '../../modules/media/src/transcode-units.ts';
import { makeBareLadder } from '../peers/bare-ladder.ts';
import { answerAsks } from './processes.ts';

export interface LadderAsk {
  readonly by: 'encode' | 'bare';
  readonly source: string;
}
export interface LadderMade {
  /** CPU-seconds of this process alone. */
  readonly own: number;
  readonly seconds: number;
  readonly rungs: readonly string[];
}

const tools = createMediaTools({ logger: silentLogger });
const plans = new Map<string, VideoPlan>();

async function planOf(source: string): Promise<VideoPlan> {
  const probe = readProbe(await tools.probe(source));
  if ('refused' in probe) throw new Error(probe.refused.code);
  const plan = planMedia(probe);
  if (plan.kind !== 'video' || plan.waves.length > 1 || plan.chunks.length > 1)
    throw new Error('a film of one wave and one chunk is needed');
  return plan;
}

async function encode(plan: VideoPlan, source: string, folder: string): Promise<void> {
  const { signal } = new AbortController();
  for (const unit of unitsOf(plan)) await tools.encode({ ...requestOf(plan, unit), source, folder, onSegment: async () => {}, signal });
}

async function make({ by, source }: LadderAsk): Promise<LadderMade> {
  const plan = plans.get(source) ?? (await planOf(source));
  plans.set(source, plan);
  const folder = mkdtempSync(path.join(tmpdir(), 'madang-bench-'));
  const at = path.join(folder, 'made');
  mkdirSync(at);
  try {
    const before = process.cpuUsage();
    const started = performance.now();
    await (by === 'encode' ? encode(plan, source, at) : makeBareLadder(plan, source, at));
    const { user, system } = process.cpuUsage(before);
    return { own: (user + system) / 1e6, seconds: (performance.now() - started) / 1000, rungs: plan.rungs.map(({ id }) => id) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

answerAsks({ make });
