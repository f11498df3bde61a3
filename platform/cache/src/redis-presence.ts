import type { Bus, Closable, Logger, Presence } from '@madang/kernel';
import { PlaceWatchers } from './place-watchers.ts';
import { BURY, ENTER, HEARTBEAT, LEAVE, localKey, nodeKey, nodesKey, placeKey, REAP, SYNC } from './presence-scripts.ts';
import { PresenceTable } from './presence-table.ts';
import { type RedisConnection, RedisUnavailable } from './redis-connection.ts';

export interface PresenceTimes {
  /** Between two signs of life, ms. */
  readonly heartbeatMs: number;
  /** A node silent for this long is dead, ms. With one more heartbeat until another node notices, it stays under 30 s. */
  readonly lifeMs: number;
}
const DEFAULT_TIMES: PresenceTimes = { heartbeatMs: 5_000, lifeMs: 20_000 };
/** Changes of a place within this are announced once, ms. */
const ANNOUNCE_MS = 20;
/** Commands in flight at once while everything is entered again. */
const CHUNK = 200;

const announcement = (place: string): string => `presence:${place}`;

/**
 * This node's table is the truth about this node; Redis adds the nodes up (see `presence-scripts.ts`). Whatever Redis
 * loses, and whatever it misses while away, the next heartbeat brings back from the table. While Redis is away a node
 * sees itself only.
 */
export class RedisPresence implements Presence, Closable {
  readonly #connection: RedisConnection;
  readonly #bus: Bus;
  readonly #node: string;
  readonly #logger: Logger;
  readonly #times: PresenceTimes;
  readonly #table = new PresenceTable();
  readonly #watchers = new PlaceWatchers((place) => this.count(place));
  readonly #announcing = new Set<string>();
  #announceTimer: NodeJS.Timeout | undefined;
  readonly #heartbeat: NodeJS.Timeout;
  #beating: Promise<void> | undefined;
  /** Redis may not hold what the table holds. */
  #stale = true;
  #closed = false;

  static async create(options: {
    connection: RedisConnection;
    bus: Bus;
    nodeId: string;
    logger: Logger;
    times?: PresenceTimes;
  }): Promise<RedisPresence> {
    const presence = new RedisPresence(options);
    await presence.#beat();
    return presence;
  }

  private constructor(options: { connection: RedisConnection; bus: Bus; nodeId: string; logger: Logger; times?: PresenceTimes }) {
    this.#connection = options.connection;
    this.#bus = options.bus;
    this.#node = options.nodeId;
    this.#logger = options.logger;
    this.#times = options.times ?? DEFAULT_TIMES;
    this.#heartbeat = setInterval(() => void this.#beat(), this.#times.heartbeatMs);
    this.#heartbeat.unref();
    this.#connection.onUp(() => {
      void this.#beat();
      this.#watchers.touchAll();
    });
  }

  async enter(place: string, member: string, connectionId: string): Promise<void> {
    if (this.#table.add(place, member, connectionId)) await this.#change(ENTER, place, [member, place]);
  }

  async leave(place: string, member: string, connectionId: string): Promise<void> {
    if (this.#table.remove(place, member, connectionId)) await this.#change(LEAVE, place, [member, place]);
  }

  count(place: string): Promise<number> {
    return this.#orOwn(
      () => this.#connection.client.hLen(placeKey(place)),
      () => this.#table.count(place),
    );
  }

  counts(places: readonly string[]): Promise<number[]> {
    return this.#orOwn(
      // Sent together, so that it is one round trip however many places there are.
      () => Promise.all(places.map((place) => this.#connection.client.hLen(placeKey(place)))),
      () => places.map((place) => this.#table.count(place)),
    );
  }

  members(place: string, limit: number): Promise<string[]> {
    return this.#orOwn(
      async () => {
        const found = new Set<string>();
        let cursor = '0';
        do {
          const page = await this.#connection.client.hScan(placeKey(place), cursor, { COUNT: limit });
          cursor = page.cursor;
          for (const { field } of page.entries) found.add(field);
        } while (cursor !== '0' && found.size < limit);
        return found.values().take(limit).toArray();
      },
      () => this.#table.members(place, limit),
    );
  }

  async watch(place: string, listener: (count: number) => void): Promise<() => void> {
    const stopWatching = this.#watchers.watch(place, listener);
    const unsubscribe = await this.#bus.subscribe(announcement(place), this.#onAnnouncement(place));
    return () => {
      stopWatching();
      void unsubscribe();
    };
  }

  /** Takes this node's members away at once rather than when it counts as dead. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#heartbeat);
    this.#watchers.close();
    await this.#beating;
    try {
      for (const place of this.#table.places()) {
        if (await this.#script(SYNC, this.#keys(place), [place])) this.#bus.publish(announcement(place), '');
      }
      await this.#connection.run(() => this.#connection.client.zRem(nodesKey, this.#node));
    } catch (error) {
      this.#logger.debug({ err: error }, 'presence is left to the other nodes to clear');
    }
    clearTimeout(this.#announceTimer);
    this.#announce();
  }

  #onAnnouncement(place: string): () => void {
    return () => this.#watchers.touch(place);
  }

  #keys(place: string, node = this.#node): string[] {
    return [placeKey(place), localKey(node, place), nodeKey(node)];
  }

  async #script(script: string, keys: string[], values: string[]): Promise<boolean> {
    return (await this.#connection.run(() => this.#connection.client.eval(script, { keys, arguments: values }))) === 1;
  }

  async #change(script: string, place: string, values: string[]): Promise<void> {
    try {
      if (await this.#script(script, this.#keys(place), values)) this.#changed(place);
    } catch (error) {
      this.#stale = true;
      this.#watchers.touch(place);
      this.#logger.debug({ err: error, place }, 'a change of presence waits for Redis');
    }
  }

  #changed(place: string): void {
    this.#announcing.add(place);
    this.#announceTimer ??= setTimeout(() => this.#announce(), ANNOUNCE_MS);
  }

  #announce(): void {
    this.#announceTimer = undefined;
    for (const place of this.#announcing) this.#bus.publish(announcement(place), '');
    this.#announcing.clear();
  }

  async #orOwn<T>(shared: () => Promise<T>, own: () => T): Promise<T> {
    try {
      return await this.#connection.run(shared);
    } catch (error) {
      if (error instanceof RedisUnavailable || !this.#connection.isReady) return own();
      throw error;
    }
  }

  /** One at a time: a beat asked for during another is the other. */
  #beat(): Promise<void> {
    this.#beating ??= this.#live().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  async #live(): Promise<void> {
    if (this.#closed || !this.#connection.isReady) return;
    try {
      const { client } = this.#connection;
      const reply = await this.#connection.run(() =>
        client.eval(HEARTBEAT, { keys: [nodesKey], arguments: [this.#node, String(this.#times.lifeMs)] }),
      );
      const [forgotten, dead] = reply as unknown as [number, string[]];
      if (forgotten === 1 || this.#stale) await this.#enterAgain();
      for (const node of dead) await this.#reap(node);
    } catch (error) {
      this.#logger.debug({ err: error }, 'a heartbeat of presence failed');
    }
  }

  async #enterAgain(): Promise<void> {
    // Before, not after: a change that fails meanwhile must not be covered up.
    this.#stale = false;
    try {
      const known = await this.#connection.run(() => this.#connection.client.sMembers(nodeKey(this.#node)));
      const places = [...new Set([...this.#table.places(), ...known])];
      for (let at = 0; at < places.length; at += CHUNK) {
        // The members are read when the command is made: changes before it are in it, later ones follow it on the same connection.
        const chunk = places.slice(at, at + CHUNK);
        const changed = await Promise.all(
          chunk.map((place) => this.#script(SYNC, this.#keys(place), [place, ...this.#table.members(place)])),
        );
        for (const [i, place] of chunk.entries()) if (changed[i]) this.#changed(place);
      }
      this.#watchers.touchAll();
    } catch (error) {
      this.#stale = true;
      throw error;
    }
  }

  /** Every living node may do this at once: taking away what is gone changes nothing. */
  async #reap(node: string): Promise<void> {
    if (node === this.#node) return;
    const places = await this.#connection.run(() => this.#connection.client.sMembers(nodeKey(node)));
    for (let at = 0; at < places.length; at += CHUNK) {
      const chunk = places.slice(at, at + CHUNK);
      const changed = await Promise.all(chunk.map((place) => this.#script(REAP, [...this.#keys(place, node), nodesKey], [node, place])));
      for (const [i, place] of chunk.entries()) if (changed[i]) this.#changed(place);
    }
    await this.#script(BURY, [nodeKey(node), nodesKey], [node]);
    this.#logger.info({ deadNode: node, places: places.length }, 'presence of a node that died was cleared');
  }
}
