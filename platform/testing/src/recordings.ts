import type { AuditEntry, AuditWriter, EventPublisher } from '@madang/kernel';

export interface RecordingAudit extends AuditWriter {
  /** In the order of recording, those of transactions that failed included. */
  readonly entries: readonly AuditEntry[];
}

export function recordingAudit(): RecordingAudit {
  const entries: AuditEntry[] = [];
  return {
    entries,
    async record(_tx, entry) {
      entries.push(entry);
    },
  };
}

export interface RecordingEvents extends EventPublisher {
  /** In the order of publishing, those of transactions that failed included. */
  readonly published: readonly { readonly name: string; readonly payload: unknown }[];
}

/** Refuses, as the outbox does, a payload that its schema refuses. */
export function recordingEvents(): RecordingEvents {
  const published: { name: string; payload: unknown }[] = [];
  return {
    published,
    async publish(_tx, event, payload) {
      published.push({ name: event.name, payload: event.payload.parse(payload) });
    },
  };
}
