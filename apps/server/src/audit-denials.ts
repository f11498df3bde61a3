import type { HttpServerDeps } from '@madang/http';
import type { AuditWriter, Logger, Principal, ZoneContext, ZoneDirectory } from '@madang/kernel';
import type { SocketDenial } from '@madang/realtime';

interface Refused {
  readonly zone: ZoneContext;
  readonly principal: Principal | undefined;
  readonly what: string;
  readonly code: string;
  readonly ip: string;
  readonly userAgent: string | null;
}

/** At most this many rows a minute for one person or address: a client in a loop must not fill the log. */
const ROWS_A_MINUTE = 20;

/** Writes `permission_denied` rows for refusals at the edge, of HTTP and of sockets. */
export function createDenialAudit(deps: { audit: AuditWriter; zones: () => ZoneDirectory; logger: Logger; now: () => number }) {
  let minute = 0;
  let counts = new Map<string, number>();

  async function record({ zone, principal, what, code, ip, userAgent }: Refused): Promise<void> {
    const current = Math.floor(deps.now() / 60_000);
    if (current !== minute) {
      minute = current;
      counts = new Map();
    }
    const who = `${zone.zone.id} ${principal?.id ?? ip}`;
    const count = (counts.get(who) ?? 0) + 1;
    counts.set(who, count);
    if (count > ROWS_A_MINUTE) return;
    await deps.audit.record(zone.db, {
      action: 'permission_denied',
      resourceType: 'route',
      resourceId: what,
      actor: principal ?? null,
      ip,
      userAgent,
      details: { code },
    });
  }

  const onHttpDenied: HttpServerDeps['onDenied'] = (context, principal, denial) =>
    record({ zone: context.zone, principal, what: denial.route, code: denial.code, ip: context.ip, userAgent: context.userAgent });

  const onSocketDenied = (denial: SocketDenial): void => {
    const what = denial.event === undefined ? denial.namespace : `${denial.namespace} ${denial.event}`;
    deps
      .zones()
      .context(denial.zoneId)
      .then((zone) => record({ zone, principal: denial.principal, what, code: denial.code, ip: denial.ip, userAgent: denial.userAgent }))
      .catch((error: unknown) => deps.logger.warn({ err: error }, 'a refusal could not be written to the audit log'));
  };

  return { onHttpDenied, onSocketDenied };
}
