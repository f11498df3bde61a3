/**
 * The wire of rooms and messages: HTTP endpoints and the socket namespace `/chat`. What the numbers and orders mean is in
 * SPEC.md. `room-timeline.ts`, re-exported here, is how a client keeps a room's state right.
 */
import { endpoints, ROLES } from '@madang/kernel';
import { z } from 'zod';

export * from './room-timeline.ts';

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

/* ── What people see ─────────────────────────────────────────────────────────────────────────────────────────────── */

export const person = z.object({
  id: z.string(),
  name: z.string(),
  colour: z.number(),
  avatarUrl: z.string().nullable(),
  role: z.enum(ROLES),
  guest: z.boolean(),
});
export type Person = z.output<typeof person>;

export const fileCard = z.object({
  fileId: z.string(),
  name: z.string(),
  contentType: z.string(),
  bytes: z.number(),
  /** Pixels, for pictures. */
  width: z.number().nullable(),
  height: z.number().nullable(),
  url: z.string(),
  thumbnailUrl: z.string().nullable(),
});
export type FileCard = z.output<typeof fileCard>;

export const reactionCount = z.object({ reaction: z.string(), count: z.number(), mine: z.boolean() });
export type ReactionCount = z.output<typeof reactionCount>;

/** The message answered, as it was when this was read; a client that holds the message itself shows that. */
export const replyPreview = z.object({
  id: z.string(),
  seq: z.number(),
  sender: person,
  /** The first 140 characters; empty once deleted. */
  body: z.string(),
  deleted: z.boolean(),
});

export const message = z.object({
  id: z.string(),
  roomId: z.string(),
  /** Place in the room: 1, 2, 3 … without holes. */
  seq: z.number(),
  /** The room's revision at which this message last changed; 0 when it never did. */
  rev: z.number(),
  /** What the sender called it; only the sender's own client cares. */
  clientId: z.string(),
  sender: person,
  /** Text in which `<@id>` mentions a person; empty once deleted. */
  body: z.string(),
  replyTo: replyPreview.nullable(),
  files: z.array(fileCard),
  /** Ids of the people mentioned. */
  mentions: z.array(z.string()),
  reactions: z.array(reactionCount),
  createdAt: z.string(),
  editedAt: z.string().nullable(),
  deletedAt: z.string().nullable(),
});
export type Message = z.output<typeof message>;

export const VISIBILITIES = ['public', 'private', 'direct', 'attached'] as const;
export type Visibility = (typeof VISIBILITIES)[number];
export const ROOM_ROLES = ['owner', 'moderator', 'member'] as const;
export type RoomRole = (typeof ROOM_ROLES)[number];
export const NOTIFICATIONS = ['all', 'mentions', 'none'] as const;
export type Notifications = (typeof NOTIFICATIONS)[number];

export const room = z.object({
  id: z.string(),
  /** Empty for a direct room: `peer` names it. */
  name: z.string(),
  topic: z.string(),
  visibility: z.enum(VISIBILITIES),
  /** What an attached room belongs to. */
  attachedTo: z.object({ type: z.string(), id: z.string() }).nullable(),
  orgId: z.string().nullable(),
  ownerId: z.string().nullable(),
  /** The other person of a direct room. */
  peer: person.nullable(),
  /** Head: the newest message's `seq`, 0 in an empty room. */
  seq: z.number(),
  /** Head of the changes. */
  rev: z.number(),
  /** Messages below this are gone (retention). */
  firstSeq: z.number(),
  slowModeSeconds: z.number(),
  retentionDays: z.number().nullable(),
  members: z.number(),
  online: z.number(),
  createdAt: z.string(),
  /** About the person asking; null when they are not a member. */
  membership: z
    .object({
      role: z.enum(ROOM_ROLES),
      readSeq: z.number(),
      unread: z.number(),
      notifications: z.enum(NOTIFICATIONS),
      joinedAt: z.string(),
    })
    .nullable(),
  /** What the person asking may do here, for showing and hiding. */
  may: z.object({ send: z.boolean(), moderate: z.boolean(), manage: z.boolean() }),
  last: z
    .object({
      id: z.string(),
      seq: z.number(),
      sender: person,
      body: z.string(),
      files: z.number(),
      createdAt: z.string(),
      deleted: z.boolean(),
    })
    .nullable(),
});
export type Room = z.output<typeof room>;

export const member = z.object({ person, role: z.enum(ROOM_ROLES), online: z.boolean(), joinedAt: z.string() });
export type Member = z.output<typeof member>;
export const ban = z.object({ person, by: person.nullable(), reason: z.string(), until: z.string().nullable(), createdAt: z.string() });
export type Ban = z.output<typeof ban>;
export const pin = z.object({ message, by: person.nullable(), pinnedAt: z.string() });
export type Pin = z.output<typeof pin>;
export const invitation = z.object({
  id: z.string(),
  roomId: z.string(),
  roomName: z.string(),
  /** The person invited; null for a link. */
  invitee: person.nullable(),
  by: person.nullable(),
  /** Given once, when a link is made; a personal invitation is accepted with its id. */
  token: z.string().nullable(),
  uses: z.number(),
  maxUses: z.number().nullable(),
  expiresAt: z.string().nullable(),
  createdAt: z.string(),
});
export type Invitation = z.output<typeof invitation>;

/* ── Changes: what happened to messages after they were sent; revisions of a room have no holes ─────────────────── */

const changed = { roomId: z.string(), id: z.string(), seq: z.number(), rev: z.number() };
export const messageEdited = z.object({
  kind: z.literal('edited'),
  ...changed,
  body: z.string(),
  mentions: z.array(z.string()),
  editedAt: z.string(),
});
export const messageDeleted = z.object({ kind: z.literal('deleted'), ...changed, deletedAt: z.string() });
export const reactionChanged = z.object({
  kind: z.literal('reaction'),
  ...changed,
  reaction: z.string(),
  userId: z.string(),
  /** True when it was set, false when taken back. */
  on: z.boolean(),
  /** People who hold this reaction after the change. */
  count: z.number(),
});
export const change = z.discriminatedUnion('kind', [messageEdited, messageDeleted, reactionChanged]);
export type Change = z.output<typeof change>;

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
export const searchHit = z.object({ message, room: z.object({ id: z.string(), name: z.string(), visibility: z.enum(VISIBILITIES) }) });
export type SearchHit = z.output<typeof searchHit>;
export const reactionResult = z.object({
  id: z.string(),
  seq: z.number(),
  rev: z.number(),
  reaction: z.string(),
  count: z.number(),
  mine: z.boolean(),
});

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
