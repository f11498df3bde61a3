import type { Principal } from './principal.ts';
import type { Queries } from './zone-db.ts';

export interface AuditEntry {
  /** `login`, `logout`, `permission_denied`, `create`, `update`, `delete`, or a module's own verb. */
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId?: string | null;
  /** Who; left out when nobody is known (a failed sign-in). */
  readonly actor?: Pick<Principal, 'id' | 'orgId'> | null;
  readonly ip?: string | null;
  readonly userAgent?: string | null;
  /** Small and free of secrets and message bodies. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes audit rows. `record` joins the change it describes: same transaction, or not at all. */
export interface AuditWriter {
  record(tx: Queries, entry: AuditEntry): Promise<void>;
}
