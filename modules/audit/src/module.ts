import type { AuditWriter, CityDb, Clock, Logger, MadangModule, RoleGrants, ZoneContext } from '@madang/kernel';
import { AuditKeeper } from './audit-keeper.ts';
import { createAuditWriter } from './audit-writer.ts';
import { listAuditLogsRoute } from './list-audit-logs.route.ts';
import { sealChain } from './seal-chain.ts';
import { type ChainReport, verifyChain } from './verify-chain.ts';

export interface AuditModule {
  readonly module: MadangModule;
  readonly writer: AuditWriter;
  /** Walks a zone's chain and names its first fault. */
  verifyChain(zone: ZoneContext): Promise<ChainReport>;
  /** Seals what is committed now, without waiting for the keeper; how many rows. */
  sealNow(): Promise<number>;
}

const grants: RoleGrants = {
  zone_admin: [{ permission: 'audit:read', scope: 'zone' }],
  org_admin: [{ permission: 'audit:read', scope: 'org' }],
};

export function createAuditModule({ city, clock, logger }: { city: CityDb; clock: Clock; logger: Logger }): AuditModule {
  let keeper: AuditKeeper | undefined;
  return {
    module: {
      name: 'audit',
      routes: [listAuditLogsRoute()],
      grants,
      async start() {
        keeper = await AuditKeeper.start({ city, logger });
        return keeper;
      },
    },
    writer: createAuditWriter(clock, () => keeper?.rowsWait()),
    verifyChain,
    sealNow: () => sealChain(city),
  };
}
