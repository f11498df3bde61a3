export type { House } from './compose.ts';
export { type Config, ConfigurationError, readConfig } from './config.ts';
export { demoPassword } from './demo/demo-people.ts';
export { seedCity } from './demo/seed-city.ts';
export { type Finding, inspectDatabase, inspectRedis } from './inspect.ts';
export { migrationFolders } from './migration-folders.ts';
export { type RunningMadang, startMadang } from './start.ts';
