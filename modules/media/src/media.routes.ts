import { created, fail, permits, publicAccess, type RouteDefinition, requirePrincipal, route, signedIn } from '@madang/kernel';
import { AVATAR_SCOPE, avatarScope, avatarUrl } from './avatars.ts';
import { mediaEndpoints } from './contract.ts';
import type { AccessRegistry } from './file-access.ts';
import { findReadyFile } from './file-store.ts';
import { mediaErrors } from './media-errors.ts';
import type { ReceiveFile } from './receive-file.ts';
import type { ServeFile } from './serve-file.ts';

const AVATAR_BYTES = 10_000_000;
/** A file never changes, but who may see it does: a viewer's cache asks again after ten minutes. */
const PRIVATE_CACHE = 'private, max-age=600';
const PUBLIC_CACHE = 'public, max-age=31536000, immutable';

export function fileRoute(access: AccessRegistry, serveFile: ServeFile): RouteDefinition {
  return route(mediaEndpoints, 'GET /api/v1/files/:fileId', {
    policy: signedIn('whether this file is theirs to read is decided by what it is attached to'),
    tag: 'media',
    limits: { timeoutMs: 120_000 },
    handler: async (input) => {
      const file = await access.readable(input.zone, requirePrincipal(input), input.params.fileId);
      return serveFile(file, { variant: input.query.variant, headers: input.headers, cacheControl: PRIVATE_CACHE });
    },
  });
}

export function avatarUploadRoute(receiveFile: ReceiveFile): RouteDefinition {
  return route(mediaEndpoints, 'POST /api/v1/users/me/avatar-file', {
    policy: permits('profile:update', 'own'),
    tag: 'media',
    limits: { body: 'stream', timeoutMs: 60_000 },
    handler: async (input) => {
      const principal = requirePrincipal(input);
      const options = { scope: avatarScope(principal.id), maxBytes: AVATAR_BYTES, as: 'avatar' } as const;
      const file = await receiveFile(input.zone, principal, input, options);
      return created({ fileId: file.id, url: avatarUrl(file.id) });
    },
  });
}

export function avatarRoute(serveFile: ServeFile): RouteDefinition {
  return route(mediaEndpoints, 'GET /api/v1/avatars/:fileId', {
    policy: publicAccess('avatars stand beside names wherever those are seen'),
    tag: 'media',
    handler: async ({ zone, params, headers }) => {
      const file = await findReadyFile(zone.db, params.fileId);
      if (file === undefined || file.scope.type !== AVATAR_SCOPE) fail(mediaErrors.file_not_found);
      return serveFile(file, { variant: 'original', headers, cacheControl: PUBLIC_CACHE });
    },
  });
}
