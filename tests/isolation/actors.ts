import type { Capability, Principal, Role } from '@madang/kernel';
import type { SignedIn, TestMadang } from '../harness/start-test-madang.ts';

/** Someone of a role, as the walks meet them. */
export interface Kind {
  readonly name: string;
  readonly role: Role;
  readonly capabilities: readonly Capability[];
  /** Belongs to the organization of the fixtures. */
  readonly inOrganization: boolean;
}

const kind = (role: Role, capabilities: readonly Capability[] = [], inOrganization = false): Kind => ({
  name: [role, ...capabilities].join('+'),
  role,
  capabilities,
  inOrganization,
});

export const KINDS: readonly Kind[] = [
  kind('guest'),
  kind('student'),
  kind('parent'),
  kind('teacher', [], true),
  kind('org_admin', [], true),
  kind('zone_admin'),
  kind('super_admin'),
  kind('student', ['mentor']),
  kind('student', ['creator']),
  kind('student', ['operator']),
];

/** A person of a kind who is always signed in: where a request ended the session or changed the role, another one comes. */
export class Actor {
  readonly kind: Kind;
  readonly zoneId: string;
  readonly #madang: TestMadang;
  readonly #orgId: string;
  #signedIn: SignedIn;
  #principal: Principal;

  private constructor(madang: TestMadang, zoneId: string, kind: Kind, orgId: string, signedIn: SignedIn, principal: Principal) {
    this.#madang = madang;
    this.zoneId = zoneId;
    this.kind = kind;
    this.#orgId = orgId;
    this.#signedIn = signedIn;
    this.#principal = principal;
  }

  static async enter(madang: TestMadang, zoneId: string, kind: Kind, orgId: string): Promise<Actor> {
    const signedIn = await signIn(madang, zoneId, kind, orgId);
    const principal = await principalOf(madang, zoneId, signedIn.token);
    if (principal === undefined) throw new Error(`${kind.name} is signed in and nobody`);
    return new Actor(madang, zoneId, kind, orgId, signedIn, principal);
  }

  get id(): string {
    return this.#signedIn.id;
  }
  get token(): string {
    return this.#signedIn.token;
  }
  get signedIn(): SignedIn {
    return this.#signedIn;
  }
  get principal(): Principal {
    return this.#principal;
  }

  async renew(): Promise<void> {
    const now = await principalOf(this.#madang, this.zoneId, this.token);
    const { role, capabilities, orgId } = this.#principal;
    if (now?.role === role && now.orgId === orgId && String(now.capabilities) === String(capabilities)) return;
    const next = await Actor.enter(this.#madang, this.zoneId, this.kind, this.#orgId);
    this.#signedIn = next.#signedIn;
    this.#principal = next.#principal;
  }
}

async function signIn(madang: TestMadang, zoneId: string, { role, capabilities, inOrganization }: Kind, orgId: string): Promise<SignedIn> {
  if (role === 'guest') return madang.guest(zoneId, 'Walking guest');
  return madang.account(zoneId, role, { capabilities: [...capabilities], ...(inOrganization && { orgId }) });
}

async function principalOf(madang: TestMadang, zoneId: string, token: string): Promise<Principal | undefined> {
  const { authenticator } = madang.running.house.identity;
  return authenticator.authenticate(await madang.zone(zoneId), { bearer: token }).catch(() => undefined);
}

/** One of each kind, in one zone. */
export function everyKind(madang: TestMadang, zoneId: string, orgId: string): Promise<Actor[]> {
  return Promise.all(KINDS.map((each) => Actor.enter(madang, zoneId, each, orgId)));
}
