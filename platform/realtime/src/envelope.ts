/** What happens to a room, in order: an event for its members, or the removal of a person. */
export type RoomAction =
  | { readonly kind: 'event'; readonly text: string; readonly exceptSocketId: string; readonly volatile: boolean }
  | { readonly kind: 'evict'; readonly userId: string };

/**
 * A node's actions of one turn on one room, as one bus message: the node, then a line for each. Packet texts are JSON and
 * hold no raw newline, so receivers pass them on without parsing. Socket and person ids hold neither space nor newline.
 */
export function sealEnvelope(nodeId: string, actions: readonly RoomAction[]): string {
  let message = nodeId;
  for (const action of actions) {
    message += action.kind === 'evict' ? `\nx${action.userId}` : `\n${action.volatile ? 'v' : 'e'}${action.exceptSocketId} ${action.text}`;
  }
  return message;
}

/** Undefined for what this node sent itself. Lines that make no sense are left out: a newer node may send them. */
export function openEnvelope(nodeId: string, message: string): RoomAction[] | undefined {
  if (message.startsWith(nodeId) && message[nodeId.length] === '\n') return undefined;
  const actions: RoomAction[] = [];
  let at = message.indexOf('\n');
  while (at >= 0) {
    const end = message.indexOf('\n', at + 1);
    const line = end < 0 ? message.slice(at + 1) : message.slice(at + 1, end);
    const kind = line[0];
    const space = line.indexOf(' ');
    if (kind === 'x') actions.push({ kind: 'evict', userId: line.slice(1) });
    else if ((kind === 'e' || kind === 'v') && space > 0) {
      actions.push({ kind: 'event', exceptSocketId: line.slice(1, space), text: line.slice(space + 1), volatile: kind === 'v' });
    }
    at = end;
  }
  return actions;
}
