/** Bounds of one node's sockets. Defaults as in the table of limits; raised openly where a bench needs it. */
export interface RealtimeLimits {
  /** Open connections of one person, over all nodes. */
  readonly connectionsPerPerson: number;
  /** Largest message a client may send, bytes. */
  readonly messageBytes: number;
  /** Handlers of one socket that run at once; further events wait in order. */
  readonly concurrentEvents: number;
  /** Events of one socket that may wait; further ones are refused. */
  readonly queuedEvents: number;
  /** Events of one socket at once, and then each second, whatever they are. */
  readonly eventBurst: number;
  readonly eventsPerSecond: number;
  /** Bytes waiting to leave to one client before it is cut off; it comes back and fills the gap by sequence. */
  readonly outgoingBytes: number;
  /** Bytes waiting before volatile events are left out. */
  readonly volatileBytes: number;
  /** From connecting to being admitted to a namespace, ms. */
  readonly connectMs: number;
  /** Every session of an open socket is looked up again at least this often, s, should its ending not have been heard. */
  readonly recheckSeconds: number;
  /** Over how long closing lets connections go, ms, so that they do not all come back at once. */
  readonly closeSpreadMs: number;
}

export const DEFAULT_LIMITS: RealtimeLimits = {
  connectionsPerPerson: 10,
  messageBytes: 64 * 1024,
  concurrentEvents: 64,
  queuedEvents: 1_024,
  eventBurst: 1_000,
  eventsPerSecond: 100,
  outgoingBytes: 1024 * 1024,
  volatileBytes: 64 * 1024,
  connectMs: 10_000,
  recheckSeconds: 30,
  closeSpreadMs: 1_000,
};
