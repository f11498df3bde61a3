import type { Capability, LocalizedText, Role } from '@madang/kernel';
import type { AppContext } from '@madang/kernel/web';

/** An account of the demo, for looking around. */
export interface DemoPerson {
  readonly zoneId: string;
  readonly zoneNames: LocalizedText;
  /** Of the zone, where the account signs in. */
  readonly origin: string;
  /** The capability where that is what the account shows. */
  readonly role: Role | Capability;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Empty when the server has no such route: the demo is a guest in the house. */
export async function readDemoPeople(app: AppContext): Promise<readonly DemoPerson[]> {
  const answer = await app.api('GET /api/v1/demo/people');
  const items = (answer.body as { items?: unknown } | null)?.items;
  return answer.status === 200 && Array.isArray(items) ? (items as DemoPerson[]) : [];
}
