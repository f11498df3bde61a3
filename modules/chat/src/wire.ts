import { ROLES } from '@madang/kernel';
import { z } from 'zod';

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
