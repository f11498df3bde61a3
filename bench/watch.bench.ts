/** How soon a film is seen by somebody who opens its page for the first time. See README.md. */
import { setTimeout as delay } from 'node:timers/promises';
import { settled, videoUntil } from '../tests/harness/films.ts';
import { readNumbers } from './harness/arguments.ts';
import { withBusyShare } from './harness/cpu.ts';
import { FILM_ZONE, makeCreator } from './harness/creator.ts';
import { median } from './harness/figures.ts';
import { filmSource } from './harness/film-source.ts';
import { uploadFilm } from './harness/film-upload.ts';
import { type PageMoments, startChromium, visit } from './harness/page-moments.ts';
import { hostOf } from './harness/people.ts';
import { record, say } from './harness/record.ts';
import { startMadang, startPostgres } from './harness/servers.ts';

const flags = readNumbers({ rounds: 5, warmup: 1, height: 720, seconds: 30 });
const READY_LIMIT_SECONDS = 600;
const BETWEEN_MS = 1000;

const postgres = await startPostgres();
try {
  const server = await startMadang({ databaseUrl: postgres.url });
  const source = await filmSource(flags.height, flags.seconds);
  const who = await makeCreator(server.port);
  const { video } = await uploadFilm(who, source);
  const ready = await videoUntil(who, video.id, settled, READY_LIMIT_SECONDS);
  if (ready.status !== 'ready') throw new Error(JSON.stringify(ready.failure));
  const browser = await startChromium();
  const url = `http://${hostOf(server.port, FILM_ZONE)}/watch/${video.id}`;
  say(`\nThe page of a film of ${flags.height}p, nothing of it in the browser yet`);
  const visits: PageMoments[] = [];
  for (let round = -Math.round(flags.warmup); round < flags.rounds; round++) {
    const { result, busy } = await withBusyShare(() => visit(browser, url));
    if (round >= 0) visits.push(result);
    say(
      `  first byte ${result.firstByte.toFixed(0)}, first paint ${result.firstPaint.toFixed(0)}, largest ${result.largestPaint.toFixed(0)} (${result.largest}), ` +
        `first frame ${result.firstFrame.toFixed(0)} ms, ${result.scriptKilobytes.toFixed(0)} kB of scripts, machine ${(busy * 100).toFixed(0)} % busy`,
    );
    await delay(BETWEEN_MS);
  }
  const spread = (key: 'largestPaint' | 'firstFrame'): string => {
    const values = visits.map((moments) => moments[key] / 1000);
    return `${median(values).toFixed(2)} s (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`;
  };
  record(
    `watch page, first visit in Chromium: largest paint ${spread('largestPaint')} (goal ≤ 1.5), first frame of the film ${spread('firstFrame')} ` +
      `(goal ≤ 1.0) after the navigation; first byte ${median(visits.map(({ firstByte }) => firstByte)).toFixed(0)} ms`,
  );
  await browser.close();
  await server.stop();
} finally {
  await postgres.close();
}
