/** Resumable uploads: tus 1.0 with creation, creation-with-upload, checksum, expiration and termination. */
import { endpoints } from '@madang/kernel';
import { z } from 'zod';

export const TUS_VERSION = '1.0.0';
export const TUS_EXTENSIONS = ['creation', 'creation-with-upload', 'expiration', 'checksum', 'termination'] as const;
export const TUS_CHECKSUMS = ['sha1', 'sha256'] as const;

const uploadParams = z.object({ uploadId: z.string().min(1).max(100) });

/** What a person should know before a byte is sent. */
export const uploadLimitsSchema = z.object({
  maxBytes: z.number(),
  maxSeconds: z.number(),
  maxSide: z.number(),
  usedBytes: z.number(),
  limitBytes: z.number(),
  /** Null when media can be taken here, else what is missing and how to get it. */
  unavailable: z.object({ what: z.string(), command: z.string() }).nullable(),
});
export type UploadLimits = z.infer<typeof uploadLimitsSchema>;

export const openUploadSchema = z.object({
  id: z.string(),
  name: z.string(),
  contentType: z.string(),
  length: z.number(),
  received: z.number(),
  state: z.enum(['open', 'complete']),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});

/** What tus says beside status and headers is read from the headers themselves; bodies are bytes. */
export const uploadEndpoints = endpoints({
  'OPTIONS /api/v1/uploads': { summary: 'What this tus server can do', responses: { 204: null } },
  'GET /api/v1/uploads': {
    summary: 'My uploads that are not used for anything yet',
    responses: { 200: z.object({ items: z.array(openUploadSchema) }) },
  },
  'GET /api/v1/uploads/limits': { summary: 'Limits and quota, before a byte is sent', responses: { 200: uploadLimitsSchema } },
  'POST /api/v1/uploads': { summary: 'tus: creates an upload; `Location` ends in its id', responses: { 201: null } },
  'HEAD /api/v1/uploads/:uploadId': { summary: 'tus: how many bytes have arrived', params: uploadParams, responses: { 200: null } },
  'PATCH /api/v1/uploads/:uploadId': { summary: 'tus: bytes from an offset', params: uploadParams, responses: { 204: null } },
  'POST /api/v1/uploads/:uploadId': {
    summary: 'tus: PATCH or DELETE, said by `X-HTTP-Method-Override`, for networks that know only POST',
    params: uploadParams,
    responses: { 204: null },
  },
  'DELETE /api/v1/uploads/:uploadId': { summary: 'tus: gives an upload up', params: uploadParams, responses: { 204: null } },
});
