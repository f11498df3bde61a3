import { Readable } from 'node:stream';
import { type Queries, statement } from '@madang/kernel';
import type { FileScope } from './file.ts';
import type { UploadRequest } from './read-upload.ts';

export interface UploadPart {
  /** Undefined makes a plain field of it. */
  readonly fileName?: string;
  readonly contentType?: string;
  readonly bytes: Buffer | string;
}

/** A multipart/form-data request with these parts, cut into chunks of `chunkBytes`. */
export function uploadOf(parts: UploadPart | readonly UploadPart[], chunkBytes = 65_536): UploadRequest {
  const boundary = 'madang-test-boundary';
  const pieces = [parts].flat().map(({ fileName, contentType = 'application/octet-stream', bytes }: UploadPart) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"\r\nContent-Type: ${contentType}`;
    return [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"${file}\r\n\r\n`),
      Buffer.from(bytes as string),
      Buffer.from('\r\n'),
    ];
  });
  const body = Buffer.concat([...pieces.flat(), Buffer.from(`--${boundary}--\r\n`)]);
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; at += chunkBytes) chunks.push(body.subarray(at, at + chunkBytes));
  return {
    stream: Readable.from(chunks, { objectMode: false }),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': String(body.length) },
  };
}

const insertReady = statement<unknown, [string, string, string, string, string]>(
  'media.testing_insert_ready',
  `insert into media.files (zone_id, id, owner_id, scope_type, scope_id, state, name, content_type, bytes, sha256, blob_key, attached_at, created_at)
   values (madang.zone(), $1, $2, $3, $4, 'ready', 'note.txt', 'text/plain; charset=utf-8', 4, repeat('0', 64), $5, now(), now())`,
);

/** Rows for the isolation walk: a ready, attached file of a zone, without bytes. */
export async function isolationFixtures(
  db: Queries & { readonly zoneId: string },
  ownerId: string,
  scope: FileScope,
): Promise<{ fileId: string }> {
  const fileId = `file_isolation-${db.zoneId}`;
  await db.run(insertReady(fileId, ownerId, scope.type, scope.id, `zones/${db.zoneId}/users/${ownerId}/files/${fileId}/original`));
  return { fileId };
}

const insertAsset = statement<unknown, [id: string, ownerId: string]>(
  'media.testing_insert_asset',
  `insert into media.assets (zone_id, id, owner_id, upload_id, status, access, source_key, source_name, created_at)
   values (madang.zone(), $1, $2, 'upload_of-' || $1, 'ready', 'signed', 'zones/' || madang.zone() || '/users/' || $2 || '/sources/' || $1 || '/v1', 'film.mp4', now())`,
);

/** A film that is ready, without a byte: for pages and walks that are about who may see it. */
export async function assetFixture(db: Queries, ownerId: string, assetId: string): Promise<void> {
  await db.run(insertAsset(assetId, ownerId));
}
