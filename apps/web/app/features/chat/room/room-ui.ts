import type { FileCard, Message, Person, Room } from '@madang/chat/contract';
import { createContext, type RefObject, use } from 'react';
import type { OpenRoom } from '../engine/open-room.ts';
import type { RoomSession } from '../engine/room-session.ts';
import type { Written } from '../engine/write-pending.ts';

export type Panel = 'people' | 'pins' | 'search';
export type Anchor = RefObject<HTMLElement | null>;

/** What floats over the room, at most one thing at a time; its code is loaded when it is first asked for. */
export type Floating =
  | { readonly kind: 'reactions'; readonly message: Message; readonly anchor: Anchor }
  | { readonly kind: 'message-menu'; readonly message: Message; readonly anchor: Anchor }
  | { readonly kind: 'person'; readonly person: Person; readonly anchor: Anchor }
  | { readonly kind: 'image'; readonly files: readonly FileCard[]; readonly at: number }
  | { readonly kind: 'room-menu'; readonly anchor: Anchor; readonly onPanel: (panel: Panel) => void }
  | { readonly kind: 'date'; readonly anchor: Anchor }
  | { readonly kind: 'settings'; readonly tab: 'general' | 'members' | 'invitations' }
  | { readonly kind: 'delete-message'; readonly message: Message }
  | { readonly kind: 'restrict'; readonly what: 'ban' | 'mute'; readonly person: Person }
  | { readonly kind: 'leave' };

/** What the parts of a room's page ask of each other. The functions never change while the room is open. */
export interface RoomUi {
  readonly open: OpenRoom;
  /** Undefined for who only reads, and until its code is here. */
  readonly session: RoomSession | undefined;
  readonly roomId: string;
  readonly me: string | undefined;
  readonly may: Room['may'];
  /** Name of a person mentioned or typing; undefined when nothing is known of them. */
  readonly nameOf: (id: string) => string | undefined;
  readonly float: (floating: Floating | null) => void;
  readonly reply: (message: Message) => void;
  readonly edit: (message: Message) => void;
  readonly mention: (person: Person) => void;
  readonly jump: (seq: number) => void;
  /** Sends, now or as soon as that is possible. */
  readonly write: (written: Written) => void;
  readonly react: (message: Message, reaction: string, on: boolean) => void;
  readonly pin: (message: Message, on: boolean) => void;
}

export const RoomUiContext = createContext<RoomUi | undefined>(undefined);

export function useRoomUi(): RoomUi {
  const ui = use(RoomUiContext);
  if (ui === undefined) throw new Error('outside of a room');
  return ui;
}

/** A sender may change a message for a day (server: CH37). */
export const CHANGEABLE_MS = 24 * 3_600_000;

export function mayChange(message: Message, me: string | undefined): boolean {
  return message.sender.id === me && message.deletedAt === null && Date.now() - Date.parse(message.createdAt) < CHANGEABLE_MS;
}
