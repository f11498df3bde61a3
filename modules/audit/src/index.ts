import { PARTITION_STATEMENTS } from './audit-keeper.ts';
import { SEAL_STATEMENTS } from './seal-chain.ts';

export { type AuditModule, createAuditModule } from './module.ts';
export type { ChainFault, ChainReport } from './verify-chain.ts';

/** What this module runs across zones, for the program's one list. */
export const AUDIT_CITY_STATEMENTS: readonly string[] = [...SEAL_STATEMENTS, ...PARTITION_STATEMENTS];
