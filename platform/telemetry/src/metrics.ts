import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { DurationHistogram, type DurationSeries } from './duration-histogram.ts';

/** Seconds. The API's goal (p95 50 ms) and the default time limit (15 s) lie on bounds. */
const REQUEST_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 15] as const;
const QUERY_BOUNDS = [0.001, 0.0025, 0.005, 0.02, 0.1, 1] as const;
const JOB_BOUNDS = [0.1, 1, 10, 60, 600, 3600] as const;

/** Durations of one route, by zone and status. Kept by the route, so that a request looks up two small maps. */
export interface RouteTimer {
  /** `zoneId` '-' where no zone was found. */
  observe(zoneId: string, status: number, seconds: number): void;
}

export interface Metrics {
  /** For metrics of a module's own (`new Counter({ registers: [metrics.registry], … })`). */
  readonly registry: Registry;
  /** Called once per route at start. */
  routeTimer(method: string, route: string): RouteTimer;
  /** One executed statement; unnamed ones count together. Bucketed by statement, summed by zone: never both at once. */
  observeQuery(statementName: string | undefined, zoneId: string, seconds: number): void;
  socketOpened(namespace: string, zoneId: string): void;
  socketClosed(namespace: string, zoneId: string): void;
  jobFinished(job: string, outcome: 'done' | 'failed' | 'retried' | 'cancelled', seconds: number): void;
  /** Reads the number of queued jobs whenever the metrics are read. */
  watchQueue(read: () => Promise<Readonly<Record<string, number>>>): void;
  /** Prometheus text exposition format 0.0.4. */
  render(): Promise<string>;
  readonly contentType: string;
}

/** The library's own 10 ms wake an idle process a hundred times a second, which is most of what it then costs. */
const LOOP_CHECK_MS = 200;

/** Metrics of one process, in a registry of its own: nothing global, so that two servers can live in one test. */
export function createMetrics(options: { process?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.process !== false) {
    collectDefaultMetrics({ register: registry, prefix: 'madang_', eventLoopMonitoringPrecision: LOOP_CHECK_MS });
  }

  const requests = DurationHistogram.register(registry, {
    name: 'madang_http_request_duration_seconds',
    help: 'HTTP requests from the first byte of the head to the end of the answer',
    labels: ['method', 'route', 'status', 'zone'],
    bounds: REQUEST_BOUNDS,
  });
  const statements = DurationHistogram.register(registry, {
    name: 'madang_db_query_duration_seconds',
    help: 'Database statements by name, waiting for a connection included',
    labels: ['statement'],
    bounds: QUERY_BOUNDS,
  });
  const jobs = DurationHistogram.register(registry, {
    name: 'madang_job_duration_seconds',
    help: 'Runs of jobs by outcome',
    labels: ['job', 'outcome'],
    bounds: JOB_BOUNDS,
  });
  const statementSeries = new Map<string, DurationSeries>();
  const zoneQueries = new Map<string, { count: number; seconds: number }>();
  const jobSeries = new Map<string, DurationSeries>();

  new Counter({
    name: 'madang_db_zone_queries_total',
    help: 'Database statements by zone',
    labelNames: ['zone'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [zone, total] of zoneQueries) this.inc({ zone }, total.count);
    },
  });
  new Counter({
    name: 'madang_db_zone_query_seconds_total',
    help: 'Time spent in database statements by zone',
    labelNames: ['zone'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [zone, total] of zoneQueries) this.inc({ zone }, total.seconds);
    },
  });
  const sockets = new Gauge({
    name: 'madang_sockets_open',
    help: 'Open sockets',
    labelNames: ['namespace', 'zone'],
    registers: [registry],
  });

  return {
    registry,
    contentType: registry.contentType,
    render: () => registry.metrics(),

    routeTimer(method, route) {
      const zones = new Map<string, Map<number, DurationSeries>>();
      return {
        observe(zoneId, status, seconds) {
          let statuses = zones.get(zoneId);
          if (statuses === undefined) {
            statuses = new Map();
            zones.set(zoneId, statuses);
          }
          let series = statuses.get(status);
          if (series === undefined) {
            series = requests.bind([method, route, String(status), zoneId]);
            statuses.set(status, series);
          }
          series.observe(seconds);
        },
      };
    },

    observeQuery(statementName = 'unnamed', zoneId, seconds) {
      let series = statementSeries.get(statementName);
      if (series === undefined) {
        series = statements.bind([statementName]);
        statementSeries.set(statementName, series);
      }
      series.observe(seconds);
      let total = zoneQueries.get(zoneId);
      if (total === undefined) {
        total = { count: 0, seconds: 0 };
        zoneQueries.set(zoneId, total);
      }
      total.count += 1;
      total.seconds += seconds;
    },

    socketOpened: (namespace, zone) => sockets.inc({ namespace, zone }),
    socketClosed: (namespace, zone) => sockets.dec({ namespace, zone }),

    jobFinished(job, outcome, seconds) {
      const key = `${job} ${outcome}`;
      let series = jobSeries.get(key);
      if (series === undefined) {
        series = jobs.bind([job, outcome]);
        jobSeries.set(key, series);
      }
      series.observe(seconds);
    },

    watchQueue(read) {
      new Gauge({
        name: 'madang_jobs_queued',
        help: 'Jobs that wait to run',
        labelNames: ['job'],
        registers: [registry],
        async collect() {
          this.reset();
          for (const [job, count] of Object.entries(await read())) this.set({ job }, count);
        },
      });
    },
  };
}
