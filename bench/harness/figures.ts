/** What one window of one contestant gave: work done and what it cost. */
export interface Sample {
  /** CPU-seconds of the server's processes. */
  readonly cpu: number;
  /** Units of work done: deliveries, requests. */
  readonly units: number;
}

export const microsecondsPerUnit = ({ cpu, units }: Sample): number => (cpu / units) * 1e6;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** The value below which `share` of them lie (nearest rank). */
export function percentile(values: readonly number[] | Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

export interface Ratio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Of each round's pair, so that what slows the machine for a while slows both sides of it. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Ratio {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

export const ratioText = ({ median, min, max }: Ratio): string => `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;

/** Rounds of A B A B …: `measure` runs one window of one contestant. */
export async function alternate<Contestant, Result>(
  rounds: number,
  a: Contestant,
  b: Contestant,
  measure: (contestant: Contestant, round: number) => Promise<Result>,
): Promise<{ a: Result[]; b: Result[] }> {
  const results: { a: Result[]; b: Result[] } = { a: [], b: [] };
  for (let round = 0; round < rounds; round++) {
    results.a.push(await measure(a, round));
    results.b.push(await measure(b, round));
  }
  return results;
}
