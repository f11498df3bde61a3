/**
 * The best ffmpeg command for a ladder that a person would write by hand: one process, one decode, each rung scaled from the
 * one above it, segments written by ffmpeg itself. No sandbox, no bounds on what it opens, nobody who watches it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { toNumber, type VideoPlan } from '@madang/media-plan';

function graphOf(plan: VideoPlan, rungs: VideoPlan['rungs']): string {
  const { sourceIndex, rate } = plan.picture;
  const picture = rungs.map(({ width, height }, at) => {
    const from = at === 0 ? `[0:${sourceIndex}]fps=${rate.numerator}/${rate.denominator}` : `[t${at}]scale=${width}:${height}`;
    return `${from}${at === rungs.length - 1 ? `[v${at}]` : `,split=2[v${at}][t${at + 1}]`}`;
  });
  const sounds = plan.audio.map(
    ({ sourceIndex }, at) => `[0:${sourceIndex}]aresample=async=1000:first_pts=0,aformat=sample_rates=48000:channel_layouts=stereo[a${at}]`,
  );
  return [...picture, ...sounds].join(';');
}

function argumentsOf(plan: VideoPlan, source: string, folder: string): string[] {
  const rungs = plan.rungs.toReversed();
  const group = `${plan.picture.gopFrames}`;
  const streams = [
    ...rungs.map(({ id }, at) => `v:${at},agroup:a,name:${id}`),
    ...plan.audio.map(({ id }, at) => `a:${at},agroup:a,name:${id}`),
  ];
  return [
    ...['-hide_banner', '-v', 'error', '-nostdin', '-y', '-i', source, '-filter_complex', graphOf(plan, rungs)],
    ...[...rungs.map((_, at) => `[v${at}]`), ...plan.audio.map((_, at) => `[a${at}]`)].flatMap((label) => ['-map', label]),
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-pix_fmt', 'yuv420p', '-threads:v', '2'],
    ...['-g', group, '-keyint_min', group, '-sc_threshold', '0'],
    ...rungs.flatMap(({ crf, maxKilobits, bufferKilobits }, at) => [
      ...[`-crf:v:${at}`, `${crf}`, `-maxrate:v:${at}`, `${maxKilobits}k`, `-bufsize:v:${at}`, `${bufferKilobits}k`],
    ]),
    ...['-c:a', 'aac', ...plan.audio.flatMap(({ kilobits }, at) => [`-b:a:${at}`, `${kilobits}k`])],
    ...['-f', 'hls', '-hls_time', toNumber(plan.segmentSeconds).toFixed(6), '-hls_playlist_type', 'event', '-hls_list_size', '0'],
    ...['-hls_segment_type', 'fmp4', '-hls_flags', 'independent_segments+temp_file', '-var_stream_map', streams.join(' ')],
    ...['-hls_segment_filename', path.join(folder, '%v/s%05d.m4s'), path.join(folder, '%v/index.m3u8')],
  ];
}

/** Makes the rungs and sounds of a plan in `folder`. Throws with what ffmpeg complained of. */
export async function makeBareLadder(plan: VideoPlan, source: string, folder: string): Promise<void> {
  for (const { id } of [...plan.rungs, ...plan.audio]) mkdirSync(path.join(folder, id), { recursive: true });
  const child = spawn('ffmpeg', argumentsOf(plan, source, folder), { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000);
  });
  const [code] = await once(child, 'close');
  process.off('exit', endWithUs);
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${complaints}`);
}
