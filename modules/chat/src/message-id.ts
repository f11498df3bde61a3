import { ID_PATTERN } from '@madang/kernel';

const SUFFIX = '[0-9a-hjkmnp-tv-z]{26}';
const ROOM_ID = new RegExp(`^room_${SUFFIX}$`);
const MESSAGE_ID = new RegExp(`^msg_(${SUFFIX})-([1-9a-z][0-9a-z]{0,10})$`);

export interface MessagePlace {
  readonly roomId: string;
  readonly seq: number;
}

export const isRoomId = (text: string): boolean => ROOM_ID.test(text);
export const isPersonId = (text: string): boolean => ID_PATTERN.test(text);

/** The id says where the message is, so that ten million rows need no index for it: `msg_<room's 26 characters>-<seq, base 36>`. */
export const messageId = (roomId: string, seq: number): string => `msg_${roomId.slice(5)}-${seq.toString(36)}`;

/** Undefined for anything `messageId` would not have written: leading zeros, upper case, more than 2⁵³. */
export function parseMessageId(text: string): MessagePlace | undefined {
  const match = MESSAGE_ID.exec(text);
  if (match === null) return undefined;
  const seq = Number.parseInt(match[2] ?? '', 36);
  return Number.isSafeInteger(seq) ? { roomId: `room_${match[1]}`, seq } : undefined;
}
