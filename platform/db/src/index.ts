export * from './database.ts';
export { DatabaseUnavailable, isRetriable, sqlStateOf, violatedConstraint } from './database-errors.ts';
export { type EmbeddedDatabase, type EmbeddedOptions, startEmbedded } from './embedded.ts';
export { EmbeddedDatabaseError } from './embedded-host.ts';
export type { ListenOptions } from './listener.ts';
export { type EmbeddedState, lookAtEmbedded } from './look-embedded.ts';
export { findPendingMigrations, type Migrated, type MigrateOptions, MigrationError, migrate } from './migrate.ts';
export type { OnQuery, QueryTiming } from './queries.ts';
export { assertTenancy, TenancyError } from './tenancy.ts';
