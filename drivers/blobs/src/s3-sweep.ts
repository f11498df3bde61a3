import { ask, type S3Bucket } from './s3-bucket.ts';
import { abandon } from './s3-upload.ts';

/** Abandons multipart uploads below the prefix that began before a time (milliseconds since 1970); returns how many. */
export async function sweepUploads(bucket: S3Bucket, before: number): Promise<number> {
  const { client, name, prefix, sdk } = bucket;
  const own = `${prefix}zones/`;
  let swept = 0;
  let from: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (from !== undefined) {
    const page: Awaited<ReturnType<typeof list>> = await list(from);
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined || Initiated === undefined || Initiated.getTime() > before) continue;
      await abandon(bucket, Key.slice(prefix.length), UploadId);
      swept++;
    }
    from = page.IsTruncated === true ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined;
  }
  return swept;

  function list(marker: { KeyMarker?: string; UploadIdMarker?: string }) {
    return ask(name, client.send(new sdk.ListMultipartUploadsCommand({ Bucket: name, Prefix: own, ...marker })));
  }
}
