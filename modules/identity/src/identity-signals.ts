import type { Broadcaster, Bus, Closable, ZoneId } from '@madang/kernel';
import { z } from 'zod';

const CHANNEL = 'identity:changed';

const signal = z.discriminatedUnion('about', [
  z.object({ about: z.literal('session'), zoneId: z.string(), id: z.string() }),
  z.object({ about: z.literal('person'), zoneId: z.string(), id: z.string() }),
]);
type Signal = z.output<typeof signal>;

/** Tells every node to forget what it knows; the truth is in the database, and what is not heard lapses within a second. */
export interface IdentitySignals {
  /** After the commit: the session is refused everywhere and its sockets are told and closed. */
  sessionEnded(zoneId: ZoneId, sessionId: string, reason: string): void;
  /** After the commit: name, role, standing or capabilities are read anew. */
  personChanged(zoneId: ZoneId, userId: string): void;
  listen(): Promise<Closable>;
}

export function createIdentitySignals(deps: {
  bus: Bus;
  broadcaster: Broadcaster;
  forgetSession: (zoneId: ZoneId, sessionId: string) => void;
  forgetPerson: (zoneId: ZoneId, userId: string) => void;
}): IdentitySignals {
  function forget(heard: Signal): void {
    if (heard.about === 'session') deps.forgetSession(heard.zoneId, heard.id);
    else deps.forgetPerson(heard.zoneId, heard.id);
  }
  /** This node does not wait for its own voice. */
  function tell(said: Signal): void {
    forget(said);
    deps.bus.publish(CHANNEL, JSON.stringify(said));
  }
  return {
    sessionEnded(zoneId, sessionId, reason) {
      tell({ about: 'session', zoneId, id: sessionId });
      deps.broadcaster.endSession(zoneId, sessionId, reason);
    },
    personChanged: (zoneId, userId) => tell({ about: 'person', zoneId, id: userId }),
    async listen() {
      const close = await deps.bus.subscribe(CHANNEL, (message) => {
        const heard = signal.safeParse(safeJson(message));
        if (heard.success) forget(heard.data);
      });
      return { close };
    },
  };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not ours: a signal that cannot be read is as good as one not heard
  }
}
