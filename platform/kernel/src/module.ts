import type { Closable } from './close.ts';
import type { RawRouteDefinition, RouteDefinition } from './endpoint.ts';
import type { AnyEventHandler } from './event.ts';
import type { JobRegistration, Schedule } from './job.ts';
import type { RoleGrants } from './principal.ts';
import type { SocketNamespace } from './socket.ts';

/** A business capability as the composition root sees it. Everything but the name may be left out. */
export interface MadangModule {
  readonly name: string;
  readonly routes?: readonly RouteDefinition[];
  readonly rawRoutes?: readonly RawRouteDefinition[];
  readonly sockets?: readonly SocketNamespace[];
  readonly jobs?: readonly JobRegistration[];
  readonly schedules?: readonly Schedule[];
  readonly handlers?: readonly AnyEventHandler[];
  readonly grants?: RoleGrants;
  /** Called once everything is wired and the database is migrated; what it starts, the returned closable stops. */
  start?(): Promise<Closable | void>;
}
