export {
  ASSET_STATUSES,
  type Asset,
  type AssetAccess,
  type AssetProgress,
  type AssetStatus,
  type Assets,
  assetChanged,
  type Playback,
  type Poster,
} from './asset.ts';
export { assetErrors } from './asset-errors.ts';
export type { Avatars } from './avatars.ts';
export type { FileCard } from './contract.ts';
export { cardOf, type FileKind, type FileScope, type StoredFile } from './file.ts';
export type { FileAccess } from './file-access.ts';
export { mediaErrors } from './media-errors.ts';
export { createMediaModule, type MediaModule, type MediaModuleDeps } from './module.ts';
export { readUpload, type UploadRequest } from './read-upload.ts';
export type { ReceiveFile, ReceiveOptions } from './receive-file.ts';
export { createServeObject, type ServeObject } from './serve-object.ts';
export { type Upload, type Uploads, uploadCompleted } from './upload.ts';
