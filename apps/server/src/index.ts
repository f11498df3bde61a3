export type { House } from './compose.ts';
export { type Config, ConfigurationError, readConfig } from './config.ts';
export { migrationFolders } from './migration-folders.ts';
export { type RunningMadang, startMadang } from './start.ts';
