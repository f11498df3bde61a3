export { createFileBlobs, type FileBlobsOptions } from './file-blobs.ts';
export { createS3Blobs, type S3Blobs, type S3BlobsOptions } from './s3-blobs.ts';
