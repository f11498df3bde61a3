/**
 * One or more events as they stand on the wire, encoded once for everybody. Socket.IO protocol 5: `2/chat,["event",payload]`;
 * Engine.IO 4 puts `4` (message) before it; RFC 6455 §5.2 frames it as unmasked text.
 */
export interface Packet {
  /** Socket.IO packets without Engine.IO's type. */
  readonly texts: readonly string[];
  /** The WebSocket frames of all of them, ready for the TCP socket. */
  readonly frames: Buffer;
}

/** Throws a TypeError for what JSON cannot say. */
export function eventText(namespace: string, event: string, payload: unknown): string {
  return `2${namespace},${JSON.stringify([event, payload])}`;
}

export function packetOf(texts: readonly string[]): Packet {
  const frames = texts.map(textFrame);
  return { texts, frames: frames.length === 1 && frames[0] !== undefined ? frames[0] : Buffer.concat(frames) };
}

const FIN_TEXT = 0x81;
const MESSAGE = 0x34; // '4'

function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text) + 1;
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FIN_TEXT;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame[header] = MESSAGE;
  frame.write(text, header + 1);
  return frame;
}
