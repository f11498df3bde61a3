import { timingSafeEqual } from 'node:crypto';
import { fail, requestErrors } from '@madang/kernel';
import type { HealthProbe, HttpServerDeps } from './edge-options.ts';
import type { Exchange } from './exchange.ts';
import { loopback } from './ip-list.ts';
import type { Answer } from './send.ts';

/** Longest a readiness check may take before the answer is "not ready". */
const READY_MS = 5_000;
/** How long a readiness answer is given again: these paths are open to anyone and must not become a load. */
const READY_KEPT_MS = 1_000;

export const LIVE: Answer = { status: 200, body: '{"status":"ok"}' };

/** Answers `/ready`: one run of the checks at a time, its result given for a second. */
export function createReadiness(health: HealthProbe, now: () => number): () => Promise<Answer> {
  let kept: { until: number; answer: Promise<Answer> } | undefined;
  return () => {
    if (kept === undefined || now() >= kept.until) {
      const mine = { until: Number.POSITIVE_INFINITY, answer: check(health) };
      kept = mine;
      mine.answer.then(() => {
        mine.until = now() + READY_KEPT_MS;
      });
    }
    return kept.answer;
  };
}

async function check(health: HealthProbe): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ ok: false; checks: Record<string, unknown> }>((resolve) => {
    timer = setTimeout(resolve, READY_MS, { ok: false, checks: { readiness: `no answer within ${READY_MS} ms` } });
    timer.unref();
  });
  try {
    const { ok, checks } = await Promise.race([health.ready(), late]);
    return { status: ok ? 200 : 503, body: JSON.stringify({ status: ok ? 'ready' : 'not ready', checks }) };
  } catch (error) {
    // what failed is for the operator's log of that part; the world learns only that it did
    return {
      status: 503,
      body: JSON.stringify({ status: 'not ready', checks: { readiness: error instanceof Error ? error.name : 'failed' } }),
    };
  } finally {
    clearTimeout(timer);
  }
}

/** Figures are for this machine's own collector, or for who holds the token. Throws `request.forbidden` for everyone else. */
export async function metricsAnswer(deps: HttpServerDeps, exchange: Exchange): Promise<Answer> {
  if (!loopback.has(exchange.ip) && !bearerIs(exchange.request.headers.authorization, deps.metricsToken)) {
    fail(requestErrors.forbidden, { detail: 'metrics are for loopback clients or the metrics token' });
  }
  return { status: 200, headers: { 'Content-Type': deps.metrics.contentType }, body: await deps.metrics.render() };
}

function bearerIs(header: string | undefined, token: string | undefined): boolean {
  if (token === undefined || token === '' || header === undefined) return false;
  const given = Buffer.from(header);
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
