/**
 * The wire of rooms and messages: HTTP endpoints and the socket namespace `/chat`. What the numbers and orders mean is in
 * SPEC.md. `room-timeline.ts`, re-exported here, is how a client keeps a room's state right.
 */
import { endpoints } from '@madang/kernel';
import { z } from 'zod';
import {
  ban,
  change,
  fileCard,
  invitation,
  member,
  message,
  messageDeleted,
  messageEdited,
  NOTIFICATIONS,
  person,
  pin,
  ROOM_ROLES,
  reactionChanged,
  reactionResult,
  room,
  searchHit,
} from './wire.ts';

export * from './room-timeline.ts';
export * from './wire.ts';

export const CHAT_NAMESPACE = '/chat';
/** Characters (Unicode code points) of a message. */
export const MESSAGE_LENGTH = 4000;
export const REACTION_LENGTH = 32;
export const FILES_PER_MESSAGE = 10;
export const PINS_PER_ROOM = 50;
/** Most messages of one `room:join` answer when it asks `after` a sequence; without it the newest 50. */
export const JOIN_MESSAGES = 200;
/** Most changes of one `room:join` answer. */
export const JOIN_CHANGES = 500;
export const PAGE_DEFAULT = 50;
export const PAGE_MAX = 100;

const codePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};
/** PostgreSQL stores no NUL, and half a surrogate pair is not text. */
const storable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();
const text = (max: number) =>
  z
    .string()
    .max(max * 2)
    .refine((value) => value.length <= max || codePoints(value) <= max, { error: `at most ${max} characters` })
    .refine(storable, { error: 'must not contain NUL or broken characters' });

/** Identifiers are checked by shape where they are used: what cannot exist is answered 404, not 400. */
const id = z.string().min(1).max(100);
const instant = z.iso.datetime({ offset: true });
const seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const limit = z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT);

/* ── HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

const roomParams = z.object({ roomId: id });
const memberParams = z.object({ roomId: id, userId: id });
const messageParams = z.object({ messageId: id });
const reactionParams = z.object({ messageId: id, reaction: text(REACTION_LENGTH).min(1) });
const cursorPage = z.object({ cursor: z.string().max(200).optional(), limit });

export const sendMessageBody = z.object({
  clientId: text(64).min(1),
  body: text(MESSAGE_LENGTH).default(''),
  /** Id of the message answered, in the same room. */
  replyTo: id.nullish(),
  fileIds: z.array(id).max(FILES_PER_MESSAGE).default([]),
});
export const createRoomBody = z.object({
  name: text(80).default(''),
  topic: text(300).default(''),
  visibility: z.enum(['public', 'private', 'direct']),
  /** Others to add at once; exactly one for a direct room. */
  memberIds: z.array(id).max(100).default([]),
});
export const updateRoomBody = z.object({
  name: text(80).optional(),
  topic: text(300).optional(),
  visibility: z.enum(['public', 'private']).optional(),
  slowModeSeconds: z.number().int().min(0).max(21_600).optional(),
  /** Null keeps messages for ever. */
  retentionDays: z.number().int().min(1).max(3650).nullable().optional(),
});
const restriction = z.object({ userId: id, until: instant.nullish(), reason: text(300).default('') });
const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });
const searchQuery = z.object({ q: text(100).min(2), cursor: z.string().max(200).optional(), limit });

export const chatEndpoints = endpoints({
  'GET /api/v1/rooms': {
    summary: 'Rooms the person may enter, the liveliest first',
    query: cursorPage.extend({ scope: z.enum(['all', 'mine', 'public']).default('all') }),
    responses: { 200: list(room) },
  },
  'POST /api/v1/rooms': {
    summary: 'Open a room; asking for a direct room that exists answers 200 with it',
    body: createRoomBody,
    responses: { 200: room, 201: room },
  },
  'GET /api/v1/rooms/:roomId': { summary: 'One room', params: roomParams, responses: { 200: room } },
  'PATCH /api/v1/rooms/:roomId': { summary: 'Change its settings', params: roomParams, body: updateRoomBody, responses: { 200: room } },
  'DELETE /api/v1/rooms/:roomId': { summary: 'Close the room and remove what was said', params: roomParams, responses: { 204: null } },
  'POST /api/v1/rooms/:roomId/join': { summary: 'Become a member of a public room', params: roomParams, responses: { 200: room } },
  'POST /api/v1/rooms/:roomId/leave': { summary: 'Stop being a member', params: roomParams, responses: { 204: null } },
  'POST /api/v1/rooms/:roomId/read': {
    summary: 'Move the read marker forward',
    params: roomParams,
    body: z.object({ seq }),
    responses: { 200: z.object({ readSeq: z.number(), unread: z.number() }) },
  },
  'GET /api/v1/rooms/:roomId/members': {
    summary: 'Members, those who joined last first',
    params: roomParams,
    query: cursorPage,
    responses: { 200: list(member) },
  },
  'PATCH /api/v1/rooms/:roomId/members/:userId': {
    summary: "A member's role (by the owner) or one's own notifications",
    params: memberParams,
    body: z.object({ role: z.enum(ROOM_ROLES).optional(), notifications: z.enum(NOTIFICATIONS).optional() }),
    responses: { 200: member },
  },
  'DELETE /api/v1/rooms/:roomId/members/:userId': { summary: 'Remove a member', params: memberParams, responses: { 204: null } },
  'GET /api/v1/rooms/:roomId/invitations': {
    summary: 'Open invitations to the room',
    params: roomParams,
    query: cursorPage,
    responses: { 200: list(invitation) },
  },
  'POST /api/v1/rooms/:roomId/invitations': {
    summary: 'Invite a person, or make a link when no one is named',
    params: roomParams,
    body: z.object({
      userId: id.nullish(),
      maxUses: z.number().int().min(1).max(10_000).nullish(),
      expiresAt: instant.nullish(),
    }),
    responses: { 201: invitation },
  },
  'DELETE /api/v1/rooms/:roomId/invitations/:invitationId': {
    summary: 'Withdraw an invitation',
    params: z.object({ roomId: id, invitationId: id }),
    responses: { 204: null },
  },
  'GET /api/v1/invitations': {
    summary: 'Invitations addressed to the person asking',
    query: cursorPage,
    responses: { 200: list(invitation) },
  },
  'POST /api/v1/invitations/:token/accept': {
    summary: "Join by a link's token or a personal invitation's id",
    params: z.object({ token: id }),
    responses: { 200: room },
  },
  'GET /api/v1/rooms/:roomId/bans': { summary: 'Who is banned', params: roomParams, query: cursorPage, responses: { 200: list(ban) } },
  'POST /api/v1/rooms/:roomId/bans': { summary: 'Ban a person', params: roomParams, body: restriction, responses: { 201: ban } },
  'DELETE /api/v1/rooms/:roomId/bans/:userId': { summary: 'Lift a ban', params: memberParams, responses: { 204: null } },
  'GET /api/v1/rooms/:roomId/mutes': { summary: 'Who is muted', params: roomParams, query: cursorPage, responses: { 200: list(ban) } },
  'POST /api/v1/rooms/:roomId/mutes': {
    summary: 'Mute a person: they read but do not send',
    params: roomParams,
    body: restriction,
    responses: { 201: ban },
  },
  'DELETE /api/v1/rooms/:roomId/mutes/:userId': { summary: 'Lift a mute', params: memberParams, responses: { 204: null } },
  'GET /api/v1/rooms/:roomId/pins': { summary: 'Pinned messages, newest pin first', params: roomParams, responses: { 200: list(pin) } },
  'POST /api/v1/rooms/:roomId/pins': {
    summary: 'Pin a message',
    params: roomParams,
    body: z.object({ messageId: id }),
    responses: { 201: pin },
  },
  'DELETE /api/v1/rooms/:roomId/pins/:messageId': {
    summary: 'Unpin a message',
    params: z.object({ roomId: id, messageId: id }),
    responses: { 204: null },
  },
  'GET /api/v1/rooms/:roomId/messages': {
    summary: 'A page of history, newest first. A cursor is a sequence number, exclusive',
    params: roomParams,
    query: z.object({
      cursor: z.string().max(40).optional(),
      direction: z.enum(['before', 'after']).default('before'),
      limit,
      /** Instead of a cursor: the page around the first message at or after this time. */
      at: instant.optional(),
      /** Instead of a cursor: the page around this sequence number. */
      around: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    }),
    responses: { 200: list(message) },
  },
  'POST /api/v1/rooms/:roomId/messages': {
    summary: 'Send; a repeated clientId answers 200 with the message it made',
    params: roomParams,
    body: sendMessageBody,
    responses: { 200: message, 201: message },
  },
  'GET /api/v1/rooms/:roomId/search': {
    summary: 'Search one room, newest first',
    params: roomParams,
    query: searchQuery,
    responses: { 200: list(searchHit) },
  },
  'GET /api/v1/messages/search': {
    summary: "Search all the person's rooms, newest first",
    query: searchQuery,
    responses: { 200: list(searchHit) },
  },
  'POST /api/v1/rooms/:roomId/files': {
    summary: 'Upload one file (multipart/form-data) to send in this room',
    params: roomParams,
    responses: { 201: fileCard },
  },
  'PATCH /api/v1/messages/:messageId': {
    summary: 'Edit',
    params: messageParams,
    body: z.object({ body: text(MESSAGE_LENGTH).min(1) }),
    responses: { 200: message },
  },
  'DELETE /api/v1/messages/:messageId': {
    summary: 'Delete; its place stays, its words go',
    params: messageParams,
    responses: { 204: null },
  },
  'PUT /api/v1/messages/:messageId/reactions/:reaction': { summary: 'React', params: reactionParams, responses: { 200: reactionResult } },
  'DELETE /api/v1/messages/:messageId/reactions/:reaction': {
    summary: 'Take a reaction back',
    params: reactionParams,
    responses: { 200: reactionResult },
  },
});

/* ── Socket.IO, namespace `/chat`; every client event is acknowledged `{ok: true, …}` or `{ok: false, error: {code, message}}` ── */

export const clientEvents = {
  'room:join': z.object({ roomId: id, after: seq.nullish(), rev: seq.nullish() }),
  'room:leave': z.object({ roomId: id }),
  'message:send': sendMessageBody.extend({ roomId: id }),
  typing: z.object({ roomId: id, on: z.boolean() }),
  read: z.object({ roomId: id, seq }),
  /** Ask for `unread` hints of the person's rooms; asked again after a `room:changed`. */
  'rooms:watch': z.object({}),
} as const;

export const acknowledgements = {
  'room:join': z.object({
    /** The room's heads. After a complete answer (`more: false`) they are also the client's. */
    seq: z.number(),
    rev: z.number(),
    firstSeq: z.number(),
    online: z.number(),
    /** Ascending. */
    messages: z.array(message),
    /** Ascending, from `rev + 1` without holes. */
    changes: z.array(change),
    /** Something was cut off: ask again from the last message and change received. */
    more: z.boolean(),
    /** The log no longer reaches back to `rev`: drop what is held and take `messages`, the newest, instead. */
    reset: z.boolean(),
  }),
  'room:leave': z.object({}),
  'message:send': z.object({ id: z.string(), seq: z.number(), createdAt: z.string() }),
  typing: z.object({}),
  read: z.object({ readSeq: z.number(), unread: z.number() }),
  'rooms:watch': z.object({ rooms: z.number() }),
} as const;

export const ROOM_CHANGES = ['settings', 'pins', 'members', 'deleted', 'joined', 'invited', 'removed', 'banned', 'muted', 'role'] as const;

export const serverEvents = {
  /** `mine` is false throughout: the receiver knows whether it sent it. */
  'message:new': message,
  'message:edited': messageEdited,
  'message:deleted': messageDeleted,
  reaction: reactionChanged,
  typing: z.object({ roomId: z.string(), userId: z.string(), name: z.string(), on: z.boolean() }),
  presence: z.object({ roomId: z.string(), online: z.number() }),
  /** To all who have the room open, or to one person when it concerns their standing. Read the room again. */
  'room:changed': z.object({ roomId: z.string(), what: z.enum(ROOM_CHANGES) }),
  /** To watchers who do not have the room open; at most one a second per room. */
  unread: z.object({ roomId: z.string(), seq: z.number() }),
  /** To a person who was mentioned. */
  mention: z.object({ roomId: z.string(), id: z.string(), seq: z.number(), sender: person, body: z.string() }),
  /** To the person's other tabs. */
  read: z.object({ roomId: z.string(), readSeq: z.number() }),
  /** The session was ended here or elsewhere; sent by the realtime host. */
  'session:ended': z.object({ reason: z.string() }),
} as const;

export type ClientEvents = { [Name in keyof typeof clientEvents]: z.input<(typeof clientEvents)[Name]> };
export type Acknowledgements = { [Name in keyof typeof acknowledgements]: z.output<(typeof acknowledgements)[Name]> };
export type ServerEvents = { [Name in keyof typeof serverEvents]: z.output<(typeof serverEvents)[Name]> };
export type JoinAnswer = Acknowledgements['room:join'];
/** Refusals a client should tell apart; their words come with the error. */
export const CHAT_ERROR_CODES = [
  'chat.room_not_found',
  'chat.message_not_found',
  'chat.banned',
  'chat.muted',
  'chat.slow_mode',
  'chat.too_fast',
  'chat.empty_message',
  'chat.guests_may_not_create',
  'chat.read_only',
] as const;
