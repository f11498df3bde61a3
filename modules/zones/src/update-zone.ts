import {
  type AuditWriter,
  type EventPublisher,
  fail,
  type Principal,
  requestErrors,
  type Zone,
  type ZoneContext,
  type ZoneLimits,
} from '@madang/kernel';
import { zoneChanged } from './zone-events.ts';
import { findZoneForUpdate, updateZoneRow } from './zone-store.ts';

export interface ZoneChange {
  /** The version the person saw. */
  readonly version: number;
  readonly names?: Zone['names'];
  readonly taglines?: Zone['taglines'];
  readonly hue?: number;
  readonly features?: Zone['features'];
  readonly limits?: Partial<ZoneLimits>;
}

export interface UpdateZoneDeps {
  readonly audit: AuditWriter;
  readonly events: EventPublisher;
  /** Called on this node as soon as the change is committed; other nodes hear the event. */
  readonly onChanged: () => void;
}

/** Who did it and from where, for the audit row. */
export interface Actor {
  readonly principal: Principal;
  readonly ip: string;
  readonly userAgent: string | null;
}

export type UpdateZone = (zone: ZoneContext, actor: Actor, change: ZoneChange) => Promise<Zone>;

/** Changes a zone's settings or limits. 409 when they are no longer those the person saw. */
export function createUpdateZone({ audit, events, onChanged }: UpdateZoneDeps): UpdateZone {
  return (zone, actor, { version, limits, ...settings }) =>
    zone.db.transaction(async (tx) => {
      const before = await findZoneForUpdate(tx);
      if (before === undefined) fail(requestErrors.zone_unknown);
      if (before.version !== version) {
        fail(requestErrors.conflict, { detail: `the zone is at version ${before.version}`, extra: { version: before.version } });
      }
      const after: Zone = {
        ...before,
        ...definedOnly(settings),
        limits: { ...before.limits, ...(limits && definedOnly(limits)) },
        version: before.version + 1,
      };
      await updateZoneRow(tx, after);
      await audit.record(tx, {
        action: 'update',
        resourceType: limits === undefined ? 'zone' : 'zone-limits',
        resourceId: before.id,
        actor: actor.principal,
        ip: actor.ip,
        userAgent: actor.userAgent,
        details: { ...definedOnly(settings), ...(limits && definedOnly(limits)), version: after.version },
      });
      await events.publish(tx, zoneChanged, { zoneId: before.id, version: after.version });
      tx.afterCommit(onChanged);
      return after;
    });
}

/** A member that was left out must not overwrite what is there with undefined. */
function definedOnly<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
