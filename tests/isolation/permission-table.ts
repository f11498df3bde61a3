/**
 * What people may do, written down a second time, from the design and not from the code: who holds which permission, and what
 * every route, socket event, job and page asks. The walks of this folder compare the program with it. A route that has no row
 * here fails them by name.
 */
import { CAPABILITIES, type Capability, type Grant, type Permission, ROLES, type Role, type Scope } from '@madang/kernel';

export type Holder = Role | Capability;
type Held = Partial<Record<Scope, string>>;

/** Scope → permissions. Everything a person does as themselves is `own`: what they made or take part in. */
const HELD: Record<Holder, Held> = {
  super_admin: { zone: '*' },
  zone_admin: {
    zone: `zone:read zone:update org:* user:* class:* room:* message:moderate file:* channel:* video:* comment:moderate live:* mentor:*
      booking:* exam:* item:* attempt:* report:* lab:* archive:* billing:* notification:* admin:read audit:read`,
  },
  org_admin: {
    org: `org:read org:update user:read user:create user:update class:* exam:* item:* attempt:read attempt:manage report:read
      room:create message:moderate video:create audit:read`,
  },
  teacher: {
    org: `exam:create exam:read exam:update item:create item:read item:update student:read attempt:read attempt:manage report:read
      class:read class:update room:create live:create video:create lab:use`,
  },
  student: {
    own: `exam:read attempt:create attempt:read profile:read profile:update room:read room:create message:create file:create
      video:read channel:create comment:create reaction:create playlist:create live:watch live:join booking:create lab:use report:read`,
  },
  parent: {
    own: `student:read attempt:read report:read link:create room:read room:create message:create file:create reaction:create
      video:read profile:read profile:update`,
  },
  guest: {
    own: 'exam:read room:read message:create reaction:create room:create file:create video:read live:watch profile:update',
  },
  mentor: { own: 'availability:* booking:read booking:update live:host recording:manage' },
  creator: { own: 'channel:* video:* live:create payout:read' },
  // zone limits, system pages, and the door into another zone through an audited token
  operator: { zone: 'project:* zone-limits:read zone-limits:update system:read zone:enter' },
};

const WIDTH: Record<Scope, number> = { own: 0, org: 1, zone: 2 };
export const isAtLeast = (held: Scope | undefined, asked: Scope): boolean => held !== undefined && WIDTH[held] >= WIDTH[asked];

const covers = (grant: string, permission: string): boolean =>
  grant === '*' || grant === permission || (grant.endsWith(':*') && permission.startsWith(grant.slice(0, -1)));

/** Grants of a holder as written, with their scope. */
export function rowsOf(holder: Holder): { grant: Grant; scope: Scope }[] {
  return Object.entries(HELD[holder]).flatMap(([scope, list]) =>
    list
      .trim()
      .split(/\s+/)
      .map((grant) => ({ grant: grant as Grant, scope: scope as Scope })),
  );
}

/** The widest scope in which someone of the role, with these capabilities beside it, holds a permission. */
export function expectedScope(role: Role, capabilities: readonly Capability[], permission: Permission): Scope | undefined {
  const holders: Holder[] = [role, ...(role === 'guest' ? [] : (['student'] as const)), ...capabilities];
  const scopes = holders
    .flatMap(rowsOf)
    .filter((row) => covers(row.grant, permission))
    .map((row) => row.scope);
  return scopes.sort((a, b) => WIDTH[b] - WIDTH[a])[0];
}

/** Resources whose modules are not built: nothing in the program may ask for them, and nobody is compared on them. */
export const NOT_BUILT: readonly string[] = `class live mentor booking exam item attempt report lab archive billing availability
   recording payout project`.split(/\s+/);

export const everyHolder: readonly Holder[] = [...ROLES, ...CAPABILITIES];

/* ── What is asked ──────────────────────────────────────────────────────────────────────────────────────────────────── */

export type Asked = 'public' | 'signed-in' | { readonly permission: Permission; readonly scope: Scope };
const needs = (permission: Permission, scope: Scope): Asked => ({ permission, scope });

const own = {
  readRooms: needs('room:read', 'own'),
  send: needs('message:create', 'own'),
  react: needs('reaction:create', 'own'),
  profile: needs('profile:update', 'own'),
  upload: needs('file:create', 'own'),
  watch: needs('video:read', 'own'),
  makeChannel: needs('channel:create', 'own'),
  editChannel: needs('channel:update', 'own'),
  editVideo: needs('video:update', 'own'),
  comment: needs('comment:create', 'own'),
  playlists: needs('playlist:create', 'own'),
} as const;

export const ROUTES: Readonly<Record<string, Asked>> = {
  'GET /api/v1/zone': 'public',
  'GET /api/v1/city': 'public',
  'GET /api/v1/admin/zone': needs('zone:read', 'zone'),
  'PATCH /api/v1/admin/zone': needs('zone:update', 'zone'),
  'PATCH /api/v1/admin/zone/limits': needs('zone-limits:update', 'zone'),
  'GET /api/v1/admin/zones': needs('zone-limits:read', 'zone'),

  'GET /api/v1/admin/audit-logs': needs('audit:read', 'org'),

  'POST /api/v1/auth/guest': 'public',
  'POST /api/v1/auth/register': 'public',
  'POST /api/v1/auth/login': 'public',
  'POST /api/v1/auth/refresh': 'public',
  'POST /api/v1/auth/logout': 'public',
  'POST /api/v1/auth/set-password': 'public',
  'POST /api/v1/auth/setup': 'public',
  'POST /api/v1/auth/exchange': 'public',
  'POST /api/v1/auth/enter': needs('zone:enter', 'zone'),
  'GET /.well-known/jwks.json': 'public',

  'GET /api/v1/users/me': 'signed-in',
  'GET /api/v1/users/me/sessions': 'signed-in',
  'DELETE /api/v1/users/me/sessions': 'signed-in',
  'DELETE /api/v1/users/me/sessions/:sessionId': 'signed-in',
  'PATCH /api/v1/users/me': own.profile,
  'PUT /api/v1/users/me/avatar': own.profile,
  'DELETE /api/v1/users/me/avatar': own.profile,
  'POST /api/v1/users/me/avatar-file': own.profile,
  'POST /api/v1/users/me/password': own.profile,
  'GET /api/v1/users': own.readRooms,
  'GET /api/v1/users/:userId': own.readRooms,
  'GET /api/v1/admin/members': needs('user:read', 'org'),
  'POST /api/v1/admin/members': needs('user:create', 'org'),
  'PATCH /api/v1/admin/members/:userId': needs('user:update', 'org'),
  'GET /api/v1/admin/organizations': needs('org:read', 'org'),
  'POST /api/v1/admin/organizations': needs('org:create', 'zone'),
  'PATCH /api/v1/admin/organizations/:organizationId': needs('org:update', 'org'),
  'DELETE /api/v1/admin/organizations/:organizationId': needs('org:delete', 'zone'),
  'PUT /api/v1/admin/organizations/:organizationId/members/:userId': needs('org:update', 'org'),
  'DELETE /api/v1/admin/organizations/:organizationId/members/:userId': needs('org:update', 'org'),

  // a page shows avatars by plain GET, beside names that anyone in the room sees
  'GET /api/v1/avatars/:fileId': 'public',
  'GET /api/v1/files/:fileId': 'signed-in',

  'OPTIONS /api/v1/uploads': 'public',
  'GET /api/v1/uploads': own.upload,
  'GET /api/v1/uploads/limits': own.upload,
  'POST /api/v1/uploads': own.upload,
  'HEAD /api/v1/uploads/:uploadId': own.upload,
  'PATCH /api/v1/uploads/:uploadId': own.upload,
  'POST /api/v1/uploads/:uploadId': own.upload,
  'DELETE /api/v1/uploads/:uploadId': own.upload,

  // public videos are there for everyone: embeds, feeds and search engines read them
  'GET /api/v1/videos': 'public',
  'GET /api/v1/videos/:videoId': 'public',
  'GET /api/v1/videos/:videoId/playback': 'public',
  'GET /api/v1/videos/:videoId/related': 'public',
  'GET /api/v1/videos/:videoId/comments': 'public',
  'POST /api/v1/videos/:videoId/beacons': 'public',
  'GET /api/v1/channels': 'public',
  'GET /api/v1/channels/:channelId': 'public',
  'GET /api/v1/channels/:channelId/feed.xml': 'public',
  'GET /api/v1/playlists': 'public',
  'GET /api/v1/playlists/:playlistId': 'public',
  'GET /api/v1/playlists/:playlistId/items': 'public',
  'GET /api/v1/search': 'public',
  'GET /api/v1/search/suggestions': 'public',
  'GET /api/v1/oembed': 'public',
  'GET /sitemap.xml': 'public',
  'POST /api/v1/videos': own.makeChannel,
  'PATCH /api/v1/videos/:videoId': own.editVideo,
  'DELETE /api/v1/videos/:videoId': own.editVideo,
  'POST /api/v1/videos/:videoId/retry': own.editVideo,
  'GET /api/v1/videos/:videoId/original': own.editVideo,
  'GET /api/v1/videos/:videoId/thumbnails': own.editVideo,
  'PUT /api/v1/videos/:videoId/thumbnail': own.editVideo,
  'POST /api/v1/videos/:videoId/thumbnail-file': own.editVideo,
  'PUT /api/v1/videos/:videoId/captions/:language': own.editVideo,
  'DELETE /api/v1/videos/:videoId/captions/:captionsId': own.editVideo,
  'GET /api/v1/videos/:videoId/analytics': own.watch,
  'PUT /api/v1/videos/:videoId/like': own.react,
  'DELETE /api/v1/videos/:videoId/like': own.react,
  'POST /api/v1/videos/:videoId/comments': own.comment,
  'PATCH /api/v1/comments/:commentId': own.comment,
  'DELETE /api/v1/comments/:commentId': own.watch,
  'PUT /api/v1/comments/:commentId/like': own.react,
  'DELETE /api/v1/comments/:commentId/like': own.react,
  'PUT /api/v1/comments/:commentId/pin': own.watch,
  'DELETE /api/v1/comments/:commentId/pin': own.watch,
  'PUT /api/v1/comments/:commentId/hidden': own.watch,
  'POST /api/v1/channels': own.makeChannel,
  'GET /api/v1/channels/mine': own.watch,
  'PATCH /api/v1/channels/:channelId': own.editChannel,
  'PUT /api/v1/channels/:channelId/subscription': own.watch,
  'DELETE /api/v1/channels/:channelId/subscription': own.watch,
  'GET /api/v1/subscriptions': own.watch,
  'GET /api/v1/channels/:channelId/members': own.watch,
  'PUT /api/v1/channels/:channelId/members/:userId': own.watch,
  'DELETE /api/v1/channels/:channelId/members/:userId': own.watch,
  'GET /api/v1/channels/:channelId/analytics': own.watch,
  'POST /api/v1/playlists': own.playlists,
  'PATCH /api/v1/playlists/:playlistId': own.playlists,
  'DELETE /api/v1/playlists/:playlistId': own.playlists,
  'PUT /api/v1/playlists/:playlistId/items/:videoId': own.playlists,
  'DELETE /api/v1/playlists/:playlistId/items/:videoId': own.playlists,
  'GET /api/v1/history': own.watch,
  'DELETE /api/v1/history': own.watch,
  'DELETE /api/v1/history/:videoId': own.watch,

  'GET /api/v1/notifications': 'signed-in',
  'GET /api/v1/notifications/unread': 'signed-in',
  'POST /api/v1/notifications/read': 'signed-in',
  'DELETE /api/v1/notifications/:notificationId': 'signed-in',
  'GET /api/v1/notifications/preferences': 'signed-in',
  'PUT /api/v1/notifications/preferences/:kind': 'signed-in',

  'GET /api/v1/rooms': own.readRooms,
  'POST /api/v1/rooms': needs('room:create', 'own'),
  'GET /api/v1/rooms/:roomId': own.readRooms,
  'PATCH /api/v1/rooms/:roomId': own.readRooms,
  'DELETE /api/v1/rooms/:roomId': own.readRooms,
  'POST /api/v1/rooms/:roomId/join': own.readRooms,
  'POST /api/v1/rooms/:roomId/leave': own.readRooms,
  'POST /api/v1/rooms/:roomId/read': own.readRooms,
  'GET /api/v1/rooms/:roomId/members': own.readRooms,
  'PATCH /api/v1/rooms/:roomId/members/:userId': own.readRooms,
  'DELETE /api/v1/rooms/:roomId/members/:userId': own.readRooms,
  'GET /api/v1/rooms/:roomId/invitations': own.readRooms,
  'POST /api/v1/rooms/:roomId/invitations': own.readRooms,
  'DELETE /api/v1/rooms/:roomId/invitations/:invitationId': own.readRooms,
  'GET /api/v1/invitations': own.readRooms,
  'POST /api/v1/invitations/:token/accept': own.readRooms,
  'GET /api/v1/rooms/:roomId/bans': own.readRooms,
  'POST /api/v1/rooms/:roomId/bans': own.readRooms,
  'DELETE /api/v1/rooms/:roomId/bans/:userId': own.readRooms,
  'GET /api/v1/rooms/:roomId/mutes': own.readRooms,
  'POST /api/v1/rooms/:roomId/mutes': own.readRooms,
  'DELETE /api/v1/rooms/:roomId/mutes/:userId': own.readRooms,
  'GET /api/v1/rooms/:roomId/pins': own.readRooms,
  'POST /api/v1/rooms/:roomId/pins': own.readRooms,
  'DELETE /api/v1/rooms/:roomId/pins/:messageId': own.readRooms,
  'GET /api/v1/rooms/:roomId/messages': own.readRooms,
  'POST /api/v1/rooms/:roomId/messages': own.send,
  'GET /api/v1/rooms/:roomId/search': own.readRooms,
  'GET /api/v1/messages/search': own.readRooms,
  'POST /api/v1/rooms/:roomId/files': needs('file:create', 'own'),
  'PATCH /api/v1/messages/:messageId': own.send,
  'DELETE /api/v1/messages/:messageId': own.readRooms,
  'PUT /api/v1/messages/:messageId/reactions/:reaction': own.react,
  'DELETE /api/v1/messages/:messageId/reactions/:reaction': own.react,
};

/** Namespace → what connecting asks, and what each event asks. */
export const SOCKETS: Readonly<Record<string, { readonly connect: Asked; readonly events: Readonly<Record<string, Asked>> }>> = {
  '/chat': {
    connect: 'signed-in',
    events: {
      'room:join': own.readRooms,
      'room:leave': own.readRooms,
      'message:send': own.send,
      typing: own.send,
      read: own.readRooms,
      'rooms:watch': own.readRooms,
    },
  },
  '/notifications': { connect: 'signed-in', events: {} },
  '/media': { connect: 'signed-in', events: { watch: 'signed-in', unwatch: 'signed-in' } },
  '/video': { connect: 'signed-in', events: { watch: 'signed-in', unwatch: 'signed-in' } },
};

/** Jobs: all of them are the program's own. */
export const JOBS: readonly string[] = [
  'identity.sweep',
  'media.delete-blobs',
  'media.sweep-files',
  'media.sweep-orphans',
  'media.discard-upload',
  'media.sweep-uploads',
  'media.sweep-upload-parts',
  'media.prepare-asset',
  'media.transcode-sounds',
  'media.transcode-chunk',
  'media.finish-asset',
  'media.clear-version',
  'media.sweep-assets',
  'media.sweep-vod',
  'notifications.tell-people',
  'notifications.sweep',
  'chat.sweep-rooms',
  'chat.purge-room',
  'video.publish-videos',
  'video.sweep-views',
];

/** Pages by their path; what one asks (any of them) is what showing it needs. Who lacks it is sent to sign in, or told 403. */
export const PAGES: Readonly<Record<string, Asked | readonly Asked[]>> = {
  '/': 'public',
  '/sign-in': 'public',
  '/sign-up': 'public',
  '/set-password': 'public',
  '/setup': 'public',
  '/start': 'public',
  '/account': 'public',
  '/notifications': 'public',
  '/watch': 'public',
  '/watch/:videoId': 'public',
  '/watch/-/begin': 'public', // the address of a script, and no page
  '/embed/:videoId': 'public',
  '/search': 'public',
  '/channels/:channelId': 'public',
  '/:channelId': 'public',
  '/subscriptions': 'public',
  '/history': 'public',
  '/playlists': 'public',
  '/playlists/:playlistId': 'public',
  '/studio/upload': 'public',
  '/studio': 'public',
  '/studio/videos': 'public',
  '/studio/videos/:videoId': 'public',
  '/studio/videos/:videoId/analytics': 'public',
  '/studio/analytics': 'public',
  '/studio/channel': 'public',
  '/rooms': 'public',
  '/rooms/:roomId': 'public',
  '/rooms/invitations/:token': 'public',
  '/manifest.webmanifest': 'public',
  '/*': 'public',
  '/enter': 'public',
  '/admin': [needs('user:read', 'org'), needs('zone-limits:read', 'zone')],
  '/admin/members': needs('user:read', 'org'),
  '/admin/organizations': needs('org:read', 'org'),
  '/admin/rooms': needs('room:delete', 'zone'),
  '/admin/audit': needs('audit:read', 'org'),
  '/admin/settings': needs('zone:update', 'zone'),
  '/admin/limits': [needs('zone:read', 'zone'), needs('zone-limits:read', 'zone')],
  '/admin/zones': [], // on the portal alone
};

/** Where someone who holds what a route asks is refused all the same, in their own zone and on what they own. */
export const NARROWED: Readonly<Record<string, { readonly codes: readonly string[]; readonly because: string }>> = {
  'POST /api/v1/auth/enter': { codes: ['identity.portal_only'], because: 'zones are entered from the portal' },
  'POST /api/v1/auth/setup': { codes: ['identity.portal_only'], because: 'the city is set up on the portal' },
  'PUT /api/v1/channels/:channelId/subscription': { codes: ['video.not_allowed'], because: 'the sample’s channel is one’s own' },
  'POST /api/v1/uploads': { codes: ['media.account_needed'], because: 'guests may send files, but films need an account' },
  'POST /api/v1/users/me/password': {
    codes: ['identity.guest_cannot', 'identity.wrong_password'],
    because: 'a guest has no password, and the sample does not know that of others',
  },
};

/** Routes that answer no sample with 2xx, because the proof they ask for is no permission. */
export const NEEDS_PROOF: Readonly<Record<string, string>> = {
  'POST /api/v1/auth/login': 'the sample has no password of anyone',
  'POST /api/v1/auth/refresh': 'the sample brings no cookie',
  'POST /api/v1/auth/set-password': 'the sample has no invitation',
  'POST /api/v1/auth/setup': 'the sample has no setup link',
  'POST /api/v1/auth/exchange': 'the sample has no code',
  'POST /api/v1/auth/enter': 'zones are entered from the portal, which this zone is not',
  'POST /api/v1/users/me/password': 'the sample does not know the password',
  'GET /api/v1/oembed': 'the sample’s address is no watch page',
  'GET /api/v1/videos/:videoId/original': 'the sample has no bytes',
  'POST /api/v1/videos/:videoId/retry': 'nothing of the sample failed',
  'PUT /api/v1/videos/:videoId/thumbnail': 'the sample has no pictures to choose from',
  'DELETE /api/v1/videos/:videoId/captions/:captionsId': 'the sample has no captions',
  'POST /api/v1/channels': 'whoever the sample is has a channel',
  'PUT /api/v1/channels/:channelId/subscription': 'the sample’s channel is one’s own',
};

export function mayAsk(asked: Asked, role: Role | undefined, capabilities: readonly Capability[] = []): boolean {
  if (asked === 'public') return true;
  if (role === undefined) return false;
  return asked === 'signed-in' || isAtLeast(expectedScope(role, capabilities, asked.permission), asked.scope);
}
