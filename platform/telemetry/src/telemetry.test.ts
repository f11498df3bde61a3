import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';

function capture() {
  const lines: string[] = [];
  return { lines, destination: { write: (line: string) => void lines.push(line) } };
}

describe('createLogger', () => {
  it('writes JSON lines with level, time and message, and honours the level', () => {
    const { lines, destination } = capture();
    const log = createLogger({ level: 'info', destination });
    log.debug({}, 'unseen');
    log.child({ zone: 'talk' }).info({ count: 2 }, 'seen');
    assert.equal(lines.length, 1);
    const entry = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    assert.equal(entry.level, 'info');
    assert.equal(entry.message, 'seen');
    assert.equal(entry.zone, 'talk');
    assert.equal(entry.count, 2);
    assert.match(String(entry.time), /^\d{4}-\d\d-\d\dT/);
    assert.equal(log.isLevelEnabled('debug'), false);
    assert.equal(log.isLevelEnabled('error'), true);
  });

  it('never writes credentials', () => {
    const { lines, destination } = capture();
    const log = createLogger({ level: 'info', destination });
    const secret = 'swordfish';
    log.info({ authorization: secret, password: secret }, 'top');
    log.info({ headers: { authorization: secret, cookie: secret, 'set-cookie': secret } }, 'headers');
    log.info({ request: { headers: { authorization: secret, cookie: secret } }, body: { password: secret, accessToken: secret } }, 'deep');
    assert.equal(lines.length, 3);
    assert.doesNotMatch(lines.join(''), /swordfish/);
  });

  it('writes an error with its causes', () => {
    const { lines, destination } = capture();
    createLogger({ level: 'info', destination }).error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
    assert.match(lines[0] ?? '', /outer/);
    assert.match(lines[0] ?? '', /inner/);
  });

  it('is readable on a terminal', () => {
    const { lines, destination } = capture();
    createLogger({ level: 'info', pretty: true, destination }).warn({ zone: 'talk', err: new Error('boom') }, 'careful');
    assert.match(lines[0] ?? '', /warn .*careful .*zone=.*talk/);
    assert.match(lines[0] ?? '', /Error: boom\n\s+at /);
  });
});

describe('createMetrics', () => {
  it('renders request durations as cumulative buckets by method, route, status and zone', async () => {
    const metrics = createMetrics({ process: false });
    const timer = metrics.routeTimer('GET', '/api/v1/rooms/:id');
    timer.observe('talk', 200, 0.004);
    timer.observe('talk', 200, 0.02);
    timer.observe('talk', 404, 99);
    const text = await metrics.render();
    const labels = 'method="GET",route="/api/v1/rooms/:id",status="200",zone="talk"';
    assert.ok(text.includes('# TYPE madang_http_request_duration_seconds histogram'));
    assert.ok(text.includes(`madang_http_request_duration_seconds_bucket{${labels},le="0.005"} 1`), text);
    assert.ok(text.includes(`madang_http_request_duration_seconds_bucket{${labels},le="0.025"} 2`));
    assert.ok(text.includes(`madang_http_request_duration_seconds_bucket{${labels},le="+Inf"} 2`));
    assert.ok(text.includes(`madang_http_request_duration_seconds_count{${labels}} 2`));
    assert.match(text, /status="404",zone="talk",le="15"\} 0\n/);
    assert.match(text, /status="404",zone="talk",le="\+Inf"\} 1\n/);
  });

  it('counts queries by statement and, apart, by zone', async () => {
    const metrics = createMetrics({ process: false });
    metrics.observeQuery('chat.find_room', 'talk', 0.002);
    metrics.observeQuery(undefined, 'talk', 0.5);
    const text = await metrics.render();
    assert.match(text, /madang_db_query_duration_seconds_count\{statement="chat\.find_room"\} 1/);
    assert.match(text, /madang_db_query_duration_seconds_count\{statement="unnamed"\} 1/);
    assert.match(text, /madang_db_zone_queries_total\{zone="talk"\} 2/);
    assert.match(text, /madang_db_zone_query_seconds_total\{zone="talk"\} 0\.502/);
    assert.match(await metrics.render(), /madang_db_zone_queries_total\{zone="talk"\} 2/, 'reading twice counts nothing twice');
  });

  it('follows sockets and jobs, and adds the process when asked', async () => {
    const metrics = createMetrics();
    metrics.socketOpened('/chat', 'talk');
    metrics.socketOpened('/chat', 'talk');
    metrics.socketClosed('/chat', 'talk');
    metrics.jobFinished('media.transcode', 'failed', 12);
    metrics.watchQueue(async () => ({ 'media.transcode': 3 }));
    const text = await metrics.render();
    assert.match(text, /madang_sockets_open\{namespace="\/chat",zone="talk"\} 1/);
    assert.match(text, /madang_job_duration_seconds_count\{job="media\.transcode",outcome="failed"\} 1/);
    assert.match(text, /madang_jobs_queued\{job="media\.transcode"\} 3/);
    assert.match(text, /madang_process_resident_memory_bytes \d+/);
  });

  it('keeps registries apart', async () => {
    const one = createMetrics({ process: false });
    const two = createMetrics({ process: false });
    one.routeTimer('GET', '/x').observe('talk', 200, 1);
    assert.doesNotMatch(await two.render(), /route="\/x"/);
  });
});
