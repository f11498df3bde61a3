/** This node's part of who is where: place → member → the member's connections. */
export class PresenceTable {
  readonly #places = new Map<string, Map<string, Set<string>>>();

  /** True when the member was not there before. */
  add(place: string, member: string, connectionId: string): boolean {
    const members = this.#places.get(place) ?? new Map<string, Set<string>>();
    if (members.size === 0) this.#places.set(place, members);
    const connections = members.get(member);
    if (connections !== undefined) {
      connections.add(connectionId);
      return false;
    }
    members.set(member, new Set([connectionId]));
    return true;
  }

  /** True when it was the member's last connection there. */
  remove(place: string, member: string, connectionId: string): boolean {
    const members = this.#places.get(place);
    const connections = members?.get(member);
    if (members === undefined || connections === undefined || !connections.delete(connectionId)) return false;
    if (connections.size > 0) return false;
    members.delete(member);
    if (members.size === 0) this.#places.delete(place);
    return true;
  }

  count(place: string): number {
    return this.#places.get(place)?.size ?? 0;
  }

  members(place: string, limit = Number.POSITIVE_INFINITY): string[] {
    const members = this.#places.get(place);
    return members === undefined ? [] : members.keys().take(limit).toArray();
  }

  places(): string[] {
    return [...this.#places.keys()];
  }
}
