import type { Principal, ZoneId } from '@madang/kernel';

/** Counted as it happens; nothing here may throw or wait. */
export interface RealtimeMetrics {
  /** A socket was admitted to a namespace (+1) or is gone (−1). */
  sockets(change: 1 | -1, labels: { zoneId: ZoneId; namespace: string }): void;
  /** `outcome` is 'ok' or the code of the refusal. */
  event(labels: { zoneId: ZoneId; namespace: string; event: string; outcome: string }, seconds: number): void;
  /** A client that did not take what was sent was cut off. */
  cutOff(labels: { zoneId: ZoneId; namespace: string }): void;
}

export const noMetrics: RealtimeMetrics = { sockets: () => {}, event: () => {}, cutOff: () => {} };

/** Someone known was refused something a policy guards, or a token of another zone was shown: for the audit log. */
export interface SocketDenial {
  /** Where it was refused. */
  readonly zoneId: ZoneId;
  /** Undefined when the token was another zone's. */
  readonly principal: Principal | undefined;
  readonly namespace: string;
  /** Undefined when the namespace itself was refused. */
  readonly event: string | undefined;
  readonly code: string;
  readonly ip: string;
  readonly userAgent: string | null;
}
