import { type Clock, MadangError, noContent, type Principal, publicAccess, type RouteDefinition, type ZoneContext } from '@madang/kernel';
import { deviceOf, qualityOf, readWatched, referrerOf } from './beacon.ts';
import type { BeaconBatch } from './beacon-batch.ts';
import { videoEndpoints } from './contract.ts';
import type { VideoAccess } from './video-access.ts';
import { videoRoute } from './video-policies.ts';

const KNOWN_MS = 1_000;
const MOST_KNOWN = 10_000;
const BODY_BYTES = 8 * 1024;
const USER_AGENT_LENGTH = 300;

interface Known {
  readonly until: number;
  readonly answer: Promise<{ durationSeconds: number | null }>;
}

/** Whether the person may watch, asked of the database once a second at most; a refusal is remembered as long. */
class BeaconAccess {
  readonly #access: VideoAccess;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();

  constructor(deps: { access: VideoAccess; clock: Clock }) {
    this.#access = deps.access;
    this.#clock = deps.clock;
  }

  reach(zone: ZoneContext, principal: Principal | undefined, videoId: string): Known['answer'] {
    const key = `${zone.zone.id} ${videoId} ${principal?.id ?? ''}`;
    const now = this.#clock.now().getTime();
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.answer;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    const answer = this.#access.reach(zone, principal, videoId).then(({ row }) => ({ durationSeconds: row.duration_seconds }));
    this.#known.set(key, { until: now + KNOWN_MS, answer });
    answer.catch((error: unknown) => {
      if (!(error instanceof MadangError) && this.#known.get(key)?.answer === answer) this.#known.delete(key);
    });
    return answer;
  }
}

export function beaconRoutes(deps: { access: VideoAccess; batch: BeaconBatch; clock: Clock }): RouteDefinition[] {
  const access = new BeaconAccess(deps);
  return [
    videoRoute(videoEndpoints, 'POST /api/v1/videos/:videoId/beacons', {
      policy: publicAccess('whoever watches without an account is a viewer too'),
      // a classroom watches from one address
      limits: { uncounted: true, body: BODY_BYTES },
      handler: async (input) => {
        const { principal, body, params } = input;
        const { durationSeconds } = await access.reach(input.zone, principal, params.videoId);
        const userAgent = (input.userAgent ?? '').slice(0, USER_AGENT_LENGTH);
        deps.batch.add(input.zone, {
          videoId: params.videoId,
          viewId: body.viewId,
          seq: body.seq,
          at: deps.clock.now(),
          personId: principal?.id,
          address: input.ip,
          userAgent,
          device: deviceOf(userAgent),
          referrer: referrerOf(body),
          durationSeconds,
          positionSeconds: Math.min(body.positionSeconds, durationSeconds ?? body.positionSeconds),
          ...readWatched(body.watched, durationSeconds),
          quality: qualityOf(body.quality),
          stalls: body.stalls,
          stalledSeconds: body.stalledSeconds,
        });
        return noContent();
      },
    }),
  ];
}
