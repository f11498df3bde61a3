export * from './rational.ts';
export * from './read-probe.ts';
export * from './source-probe.ts';
