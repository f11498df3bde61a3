export { createFileBlobs, type FileBlobsOptions } from './file-blobs.ts';
