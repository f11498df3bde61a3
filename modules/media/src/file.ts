import type { FileCard } from './contract.ts';

export const FILE_KINDS = ['image', 'video', 'audio', 'document', 'other'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** What a file belongs to; the module that registered the type decides who may read it. */
export interface FileScope {
  readonly type: string;
  readonly id: string;
}

export interface StoredFile {
  readonly id: string;
  readonly ownerId: string;
  readonly scope: FileScope;
  readonly name: string;
  readonly kind: FileKind;
  readonly contentType: string;
  readonly bytes: number;
  readonly width: number | null;
  readonly height: number | null;
  /** Hex, of the bytes as they are served. */
  readonly sha256: string;
  readonly blobKey: string;
  readonly thumbnailKey: string | null;
  readonly thumbnailBytes: number;
  /** Shown by something; until then only the owner sees it. */
  readonly attached: boolean;
}

/** Every blob of a file, and nothing else, lies below this. */
export function blobPrefix(zoneId: string, ownerId: string, fileId: string): string {
  return `zones/${zoneId}/users/${ownerId}/files/${fileId}/`;
}

export function cardOf(file: StoredFile): FileCard {
  const url = `/api/v1/files/${file.id}`;
  return {
    fileId: file.id,
    name: file.name,
    contentType: file.contentType,
    bytes: file.bytes,
    width: file.width,
    height: file.height,
    url,
    thumbnailUrl: file.thumbnailKey === null ? null : `${url}?variant=thumbnail`,
  };
}
