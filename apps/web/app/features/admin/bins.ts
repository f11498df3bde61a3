/** How many of the moments fall into each of `count` bins of `width` from `start` on; all in milliseconds since the epoch. */
export function countPerBin(moments: readonly number[], start: number, width: number, count: number): readonly number[] {
  const bins = new Array<number>(count).fill(0);
  for (const moment of moments) {
    const bin = Math.floor((moment - start) / width);
    if (bin >= 0 && bin < count) bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}
