export { DurationHistogram, DurationSeries } from './duration-histogram.ts';
export { createLogger, type LeveledLogger, LOG_LEVELS, type LoggerOptions, type LogLevel } from './logger.ts';
export { createMetrics, type Metrics, type RouteTimer } from './metrics.ts';
