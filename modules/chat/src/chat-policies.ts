import { fail, mayReach, type Principal, permits, type RoleGrants, type Scope, type Zone } from '@madang/kernel';
import { chatErrors } from './chat-errors.ts';
import type { RoomRole, Visibility } from './contract.ts';

/** The coarse gates; what a person may do in one room is `standingIn`. */
export const mayReadRooms = permits('room:read');
export const mayOpenRooms = permits('room:create');
export const maySend = permits('message:create');
export const mayReact = permits('reaction:create');
export const maySendFiles = permits('file:create');

const rows = (scope: Scope, ...permissions: `${string}:${string}`[]) => permissions.map((permission) => ({ permission, scope }));
const takingPart = ['room:read', 'room:create', 'message:create', 'reaction:create'] as const;

/** Every account holds what a student holds; `file:create` is media's row. What a guest creates is subject to the zone's limits [CH38]. */
export const chatGrants: RoleGrants = {
  zone_admin: rows('zone', 'room:*', 'message:moderate'),
  org_admin: rows('org', 'room:create', 'message:moderate'),
  teacher: rows('org', 'room:create'),
  student: rows('own', ...takingPart),
  parent: rows('own', ...takingPart),
  guest: rows('own', ...takingPart),
};

/** What a module that attached a room answers about a person. */
export const ATTACHED_GRANTS = ['none', 'read', 'send', 'moderate'] as const;
export type AttachedGrant = (typeof ATTACHED_GRANTS)[number];

/** What a decision needs to know of a room and of a person in it. */
export interface RoomFacts {
  readonly visibility: Visibility;
  readonly orgId: string | null;
  /** Null for who is not a member. */
  readonly role: RoomRole | null;
  readonly banned: boolean;
  readonly muted: boolean;
}

export interface Standing {
  readonly role: RoomRole | null;
  readonly send: boolean;
  readonly muted: boolean;
  readonly moderate: boolean;
  readonly manage: boolean;
}

/** A person's standing in a room, or a refusal to know it [CH30]–[CH36]. `attached` matters for attached rooms only. */
export function standingIn(zone: Zone, principal: Principal, facts: RoomFacts, attached: AttachedGrant = 'none'): Standing {
  const { visibility, orgId, role, muted } = facts;
  const reach = { orgId };
  if (visibility === 'attached') {
    if (attached === 'none') fail(chatErrors.room_not_found);
    const moderate = attached === 'moderate' || mayReach(principal, 'message:moderate', reach);
    if (facts.banned && !moderate) fail(chatErrors.banned);
    return { role, muted, moderate, manage: false, send: attached !== 'read' && !muted };
  }
  if (!zone.features.includes('rooms')) fail(chatErrors.room_not_found);
  if (visibility === 'direct') {
    if (role === null) fail(chatErrors.room_not_found);
    return { role, muted, moderate: false, manage: false, send: !muted };
  }
  if (facts.banned) fail(chatErrors.banned);
  if (visibility === 'private' && role === null && !mayReach(principal, 'room:read', reach)) fail(chatErrors.room_not_found);
  return {
    role,
    muted,
    moderate: role === 'owner' || role === 'moderator' || mayReach(principal, 'message:moderate', reach),
    manage: role === 'owner' || mayReach(principal, 'room:update', reach),
    send: !muted && (visibility === 'public' || role !== null),
  };
}

export function requireSend(standing: Standing): void {
  if (standing.muted) fail(chatErrors.muted);
  if (!standing.send) fail(chatErrors.read_only);
}
export function requireModerate(standing: Standing): void {
  if (!standing.moderate) fail(chatErrors.not_allowed);
}
export function requireManage(standing: Standing): void {
  if (!standing.manage) fail(chatErrors.not_allowed);
}
/** [CH38] */
export function requireCreator(zone: Zone, principal: Principal): void {
  if (principal.kind === 'guest' && !zone.limits.guestsMayCreate) fail(chatErrors.guests_may_not_create);
}

const RANK: Readonly<Record<RoomRole, number>> = { member: 0, moderator: 1, owner: 2 };
/** [CH35] Whether someone with this standing may ban, mute or remove a person of that role. */
export const outranks = (standing: Standing, target: RoomRole | null): boolean =>
  target !== 'owner' && (standing.manage || (standing.moderate && RANK[target ?? 'member'] < RANK.moderator));
