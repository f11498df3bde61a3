import { endpoints, ID_PATTERN } from '@madang/kernel';
import { z } from 'zod';

export * from './asset-contract.ts';
export * from './upload-contract.ts';

const fileId = z.string().regex(ID_PATTERN);

/** A file as those who may read it see it. */
export const fileCardSchema = z.object({
  fileId: z.string(),
  name: z.string(),
  /** Told by the bytes, never by the sender. */
  contentType: z.string(),
  bytes: z.int().min(0),
  /** Pixels, for pictures. */
  width: z.int().nullable(),
  height: z.int().nullable(),
  /** Paths on the zone's host. */
  url: z.string(),
  thumbnailUrl: z.string().nullable(),
});
export type FileCard = z.infer<typeof fileCardSchema>;

export const avatarFileSchema = z.object({ fileId: z.string(), url: z.string() });
export type AvatarFile = z.infer<typeof avatarFileSchema>;

const bytesOrNothing = { 200: 'stream', 206: 'stream', 304: null, 416: null } as const;

export const mediaEndpoints = endpoints({
  'GET /api/v1/files/:fileId': {
    summary: 'The bytes of a file, or of its thumbnail; ranges and conditional requests',
    params: z.object({ fileId }),
    query: z.object({ variant: z.enum(['original', 'thumbnail']).default('original') }),
    responses: bytesOrNothing,
  },
  'POST /api/v1/users/me/avatar-file': {
    summary: 'Uploads a picture to become my avatar: multipart/form-data with one file',
    responses: { 201: avatarFileSchema },
  },
  'GET /api/v1/avatars/:fileId': {
    summary: "A person's picture, 256 pixels a side at most",
    params: z.object({ fileId }),
    responses: bytesOrNothing,
  },
});

export * from './asset-contract.ts';
export * from './upload-contract.ts';
