import type { Metric, Registry } from 'prom-client';

/** One series of a histogram. Observing is an addition to two numbers: no label is hashed, nothing is allocated. */
export class DurationSeries {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(seconds: number): void {
    const bounds = this.#bounds;
    let i = 0;
    while (i < bounds.length && seconds > (bounds[i] as number)) i++;
    this.#counts[i] = (this.#counts[i] as number) + 1;
    this.#sum += seconds;
  }

  /** Counts per bucket, not cumulative; the last is everything above the highest bound. */
  read(): { counts: Float64Array; sum: number } {
    return { counts: this.#counts, sum: this.#sum };
  }
}

interface Value {
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}

/**
 * A histogram whose series are bound to their label values once and kept by the caller. prom-client's own sorts and
 * hashes the labels at every observation, which costs more than many requests do.
 */
export class DurationHistogram<const Labels extends readonly string[]> {
  readonly name: string;
  readonly #help: string;
  readonly #labels: Labels;
  readonly #bounds: readonly number[];
  readonly #series: { values: readonly string[]; series: DurationSeries }[] = [];

  private constructor(options: { name: string; help: string; labels: Labels; bounds: readonly number[] }) {
    this.name = options.name;
    this.#help = options.help;
    this.#labels = options.labels;
    this.#bounds = options.bounds;
  }

  /** `bounds` in seconds, ascending. */
  static register<const Labels extends readonly string[]>(
    registry: Registry,
    options: { name: string; help: string; labels: Labels; bounds: readonly number[] },
  ): DurationHistogram<Labels> {
    const histogram = new DurationHistogram(options);
    // prom-client asks a registered metric for its name and its values only
    registry.registerMetric(histogram as unknown as Metric);
    return histogram;
  }

  /** A new series; the caller keeps it and asks once per combination of values. */
  bind(values: { readonly [Index in keyof Labels]: string }): DurationSeries {
    const series = new DurationSeries(this.#bounds);
    this.#series.push({ values, series });
    return series;
  }

  reset(): void {
    this.#series.length = 0;
  }

  async get(): Promise<{ name: string; help: string; type: 'histogram'; aggregator: 'sum'; values: Value[] }> {
    const values: Value[] = [];
    for (const bound of this.#series) {
      const labels = Object.fromEntries(this.#labels.map((label, i) => [label, bound.values[i] ?? '']));
      const { counts, sum } = bound.series.read();
      let cumulative = 0;
      for (const [i, upper] of this.#bounds.entries()) {
        cumulative += counts[i] as number;
        values.push({ metricName: `${this.name}_bucket`, labels: { ...labels, le: upper }, value: cumulative });
      }
      cumulative += counts[this.#bounds.length] as number;
      values.push({ metricName: `${this.name}_bucket`, labels: { ...labels, le: '+Inf' }, value: cumulative });
      values.push({ metricName: `${this.name}_sum`, labels, value: sum });
      values.push({ metricName: `${this.name}_count`, labels, value: cumulative });
    }
    return { name: this.name, help: this.#help, type: 'histogram', aggregator: 'sum', values };
  }
}
