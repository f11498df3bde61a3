import type { Readable } from 'node:stream';
import type { Principal, Queries, ZoneContext } from '@madang/kernel';
import type { FileCard } from './contract.ts';

/** Port: attachments. `media` keeps the bytes; a file belongs to the room it was uploaded to and is served to who may read it. */
export interface ChatFiles {
  /** Takes one multipart upload. Throws `MadangError` for what is too large or of a kind that is not taken. */
  receive(input: {
    zone: ZoneContext;
    principal: Principal;
    roomId: string;
    stream: Readable;
    headers: Readonly<Record<string, string | string[] | undefined>>;
    signal: AbortSignal;
  }): Promise<FileCard>;
  /** Binds files to a message that is being stored. Throws `MadangError` unless each was uploaded by this person to this room and is not bound yet. */
  attach(tx: Queries, files: { roomId: string; ownerId: string; fileIds: readonly string[] }): Promise<void>;
  /** Their message is gone: the files may go. Idempotent. */
  release(tx: Queries, fileIds: readonly string[]): Promise<void>;
  cards(zone: ZoneContext, fileIds: readonly string[]): Promise<ReadonlyMap<string, FileCard>>;
  /** Says who may fetch a file of a room: asked at every download, answers or throws. */
  onAccess(mayRead: (zone: ZoneContext, principal: Principal, roomId: string) => Promise<boolean>): void;
}
