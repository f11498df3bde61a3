import type { AuditLog } from '@madang/audit/contract';
import type { IconName } from '../../ui/icon-names.ts';

/** Whose names a sentence needs, by what they are. */
export interface NamesWanted {
  readonly people: readonly string[];
  readonly rooms: readonly string[];
  readonly organizations: readonly string[];
}

/** A value of a sentence: as it stands, or to be looked up by the page, which has names and words. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'person' | 'room' | 'organization'; readonly id: string | null }
  | { readonly kind: 'role' | 'refusal'; readonly word: string }
  | { readonly kind: 'count'; readonly count: number };

/** The sentences there are words for, under `admin:audit.says`. */
export const SENTENCES = [
  'login_password',
  'login_guest',
  'login_invitation',
  'login_merged',
  'login_failed',
  'logout',
  'sessions_revoked',
  'refresh_reused',
  'password_changed',
  'register',
  'register_upgraded',
  'user_created',
  'user_seeded',
  'user_role',
  'user_suspended',
  'user_reactivated',
  'user_changed',
  'organization_entered',
  'membership_given',
  'membership_ended',
  'membership_role',
  'organization_created',
  'organization_renamed',
  'organization_deleted',
  'zone_entered',
  'zone_left_for',
  'city_set_up',
  'zone_updated',
  'limits_updated',
  'room_created',
  'room_updated',
  'room_deleted',
  'room_invite',
  'room_invite_link',
  'room_uninvite',
  'room_accept',
  'room_role',
  'room_remove',
  'room_ban',
  'room_unban',
  'room_mute',
  'room_unmute',
  'message_deleted',
  'permission_denied',
  'permission_denied_nobody',
  'other',
] as const;
export type SentenceKey = (typeof SENTENCES)[number];

export interface Sentence {
  readonly key: SentenceKey;
  /** By the name of the hole they fill. */
  readonly parts: Readonly<Record<string, Part>>;
  readonly icon: IconName;
  /** Something was refused or went wrong. */
  readonly bad: boolean;
}

const text = (value: unknown): Part => ({
  kind: 'text',
  text: typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value),
});
const person = (id: unknown): Part => ({ kind: 'person', id: typeof id === 'string' ? id : null });
const room = (id: unknown): Part => ({ kind: 'room', id: typeof id === 'string' ? id : null });
const organization = (id: unknown): Part => ({ kind: 'organization', id: typeof id === 'string' ? id : null });
const role = (word: unknown): Part => ({ kind: 'role', word: typeof word === 'string' ? word : '' });

type Standing = { role?: unknown; status?: unknown };
const standing = (value: unknown): Standing => (typeof value === 'object' && value !== null ? value : {});

/** What a row of the audit log says, in a form every language can put into its own order. */
export function sentenceOf(row: AuditLog): Sentence {
  const { action, resourceType, resourceId, details } = row;
  const actor = person(row.userId);
  const say = (key: SentenceKey, icon: IconName, parts: Sentence['parts'] = {}, bad = false): Sentence => ({
    key,
    parts: { actor, ...parts },
    icon,
    bad,
  });
  switch (`${resourceType} ${action}`) {
    case 'session login':
      if (typeof details.mergedGuest === 'string') return say('login_merged', 'key');
      if (details.method === 'guest') return say('login_guest', 'key');
      return say(details.method === 'invitation' ? 'login_invitation' : 'login_password', 'key');
    case 'user login_failed':
      return say(
        'login_failed',
        'lock',
        { target: person(resourceId), reason: { kind: 'refusal', word: String(details.reason ?? '') } },
        true,
      );
    case 'session logout':
      return say('logout', 'door');
    case 'session sessions_revoked':
      return say('sessions_revoked', 'door', { count: { kind: 'count', count: Number(details.count ?? 1) } });
    case 'session refresh_reused':
      return say('refresh_reused', 'alert', {}, true);
    case 'user password_changed':
      return say('password_changed', 'key');
    case 'user register':
      return say(details.upgraded === true ? 'register_upgraded' : 'register', 'user');
    case 'user create':
      return details.seeded === true
        ? say('user_seeded', 'user', { target: person(resourceId), role: role(details.role) })
        : say('user_created', 'plus', { target: person(resourceId), role: role(details.role) });
    case 'user update':
      return memberChange(row, say);
    case 'user organization_entered':
      return say('organization_entered', 'building', { organization: organization(details.to) });
    case 'user membership_changed':
      return membershipChange(row, say);
    case 'organization create':
      return say('organization_created', 'building', { name: text(details.name) });
    case 'organization update':
      return say('organization_renamed', 'edit', { from: text(details.from), to: text(details.to) });
    case 'organization delete':
      return say('organization_deleted', 'trash', { name: text(details.name) });
    case 'session zone_entered':
      return say('zone_entered', 'door', { reason: text(details.reason) });
    case 'zone zone_entered':
      return say('zone_left_for', 'door', { zone: text(resourceId ?? ''), reason: text(details.reason) });
    case 'user city_set_up':
      return say('city_set_up', 'home');
    case 'zone update':
      return say('zone_updated', 'palette');
    case 'zone-limits update':
      return say('limits_updated', 'settings');
    case 'message delete':
      return say('message_deleted', 'flag', { target: person(details.senderId), room: room(details.roomId) });
    case 'route permission_denied': {
      const parts = { what: text(resourceId ?? '') };
      return say(row.userId === null ? 'permission_denied_nobody' : 'permission_denied', 'lock', parts, true);
    }
    default:
      return resourceType === 'room' ? roomSentence(row, say) : say('other', 'info', { action: text(`${resourceType}:${action}`) });
  }
}

type Say = (key: SentenceKey, icon: IconName, parts?: Sentence['parts'], bad?: boolean) => Sentence;

function memberChange({ resourceId, details }: AuditLog, say: Say): Sentence {
  const [from, to] = [standing(details.from), standing(details.to)];
  const target = person(resourceId);
  if (from.status !== to.status && to.status === 'suspended') return say('user_suspended', 'lock', { target });
  if (from.status !== to.status && from.status === 'suspended') return say('user_reactivated', 'undo', { target });
  if (from.role !== to.role) return say('user_role', 'edit', { target, from: role(from.role), to: role(to.role) });
  return say('user_changed', 'edit', { target });
}

function membershipChange({ resourceId, details }: AuditLog, say: Say): Sentence {
  const parts = { target: person(resourceId), organization: organization(details.orgId) };
  if (details.to === null) return say('membership_ended', 'users', parts);
  if (details.from === null) return say('membership_given', 'users', { ...parts, to: role(details.to) });
  return say('membership_role', 'users', { ...parts, to: role(details.to) });
}

function roomSentence({ action, resourceId, details }: AuditLog, say: Say): Sentence {
  const parts = { room: room(resourceId), target: person(details.userId) };
  switch (action) {
    case 'create':
      return say('room_created', 'rooms', parts);
    case 'update':
      return say('room_updated', 'edit', parts);
    case 'delete':
      return say('room_deleted', 'trash', { name: text(details.name) });
    case 'invite':
      return say(typeof details.userId === 'string' ? 'room_invite' : 'room_invite_link', 'plus', parts);
    case 'uninvite':
      return say('room_uninvite', 'close', parts);
    case 'accept':
      return say('room_accept', 'door', parts);
    case 'role':
      return say('room_role', 'edit', parts);
    case 'remove':
      return say('room_remove', 'flag', parts);
    case 'ban':
      return say('room_ban', 'flag', parts);
    case 'unban':
      return say('room_unban', 'undo', parts);
    case 'mute':
      return say('room_mute', 'mic-off', parts);
    case 'unmute':
      return say('room_unmute', 'undo', parts);
    default:
      return say('other', 'info', { action: { kind: 'text', text: `room:${action}` } });
  }
}

/** The ids that the sentences of these rows will name. */
export function namesWanted(rows: readonly AuditLog[]): NamesWanted {
  const wanted = { people: new Set<string>(), rooms: new Set<string>(), organizations: new Set<string>() };
  for (const row of rows) {
    const parts = Object.values(sentenceOf(row).parts);
    for (const part of parts) {
      if (!('id' in part) || part.id === null) continue;
      if (part.kind === 'person') wanted.people.add(part.id);
      if (part.kind === 'room') wanted.rooms.add(part.id);
      if (part.kind === 'organization') wanted.organizations.add(part.id);
    }
  }
  return { people: [...wanted.people], rooms: [...wanted.rooms], organizations: [...wanted.organizations] };
}
