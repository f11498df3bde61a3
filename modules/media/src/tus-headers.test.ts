import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { hasCode, requestErrors } from '@madang/kernel';
import {
  carriesBytes,
  readContentLength,
  readUploadChecksum,
  readUploadLength,
  readUploadMetadata,
  readUploadOffset,
  requireOffsetStream,
  requireTus,
  writeUploadMetadata,
} from './tus-headers.ts';
import { uploadErrors } from './upload-errors.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const metadata = (text: string) => readUploadMetadata({ 'upload-metadata': text });

describe('tus headers', () => {
  it('speaks 1.0.0 and nothing else', () => {
    requireTus({ 'tus-resumable': '1.0.0' });
    for (const version of [undefined, '', '0.2.2', '1.0.1']) {
      assert.throws(
        () => requireTus({ 'tus-resumable': version }),
        (error) => hasCode(error, uploadErrors.tus_version) && error.details.extra?.tusVersion === '1.0.0',
      );
    }
  });

  it('takes a length that is said, whole and above 0', () => {
    assert.equal(readUploadLength({ 'upload-length': '20000000000' }), 20_000_000_000);
    for (const length of [undefined, '', '0', '-1', '1.5', '1e3', '0x10', ' ', '9007199254740993', '1'.repeat(40)]) {
      assert.throws(
        () => readUploadLength({ 'upload-length': length }),
        (error) => hasCode(error, uploadErrors.upload_length),
        String(length),
      );
    }
    assert.throws(
      () => readUploadLength({ 'upload-length': '5', 'upload-defer-length': '1' }),
      (error) => hasCode(error, uploadErrors.upload_length),
      'deferred',
    );
  });

  it('reads offsets and announced lengths', () => {
    assert.equal(readUploadOffset({ 'upload-offset': '0' }), 0);
    assert.throws(
      () => readUploadOffset({ 'upload-offset': '-1' }),
      (error) => hasCode(error, requestErrors.invalid),
    );
    assert.equal(readContentLength({ 'content-length': '7' }), 7);
    assert.equal(readContentLength({}), undefined);
  });

  it('knows bytes of an upload by their type', () => {
    assert.ok(carriesBytes({ 'content-type': 'Application/Offset+octet-stream' }));
    assert.equal(carriesBytes({}), false);
    for (const type of [undefined, 'application/octet-stream', 'application/offset+octet-stream; charset=utf-8']) {
      assert.throws(
        () => requireOffsetStream({ 'content-type': type }),
        (error) => hasCode(error, requestErrors.unsupported_type),
      );
    }
  });

  it('reads the name and type as they may be shown, and writes them back', () => {
    const read = metadata(`filename ${base64('C:\\영상\\첫\u202e날.mp4')}, filetype ${base64('Video/MP4; codecs=x')},relativePath,empty `);
    assert.deepEqual(read, { name: '첫날.mp4', contentType: 'video/mp4' });
    assert.deepEqual(metadata(writeUploadMetadata(read)), read);
    assert.deepEqual(readUploadMetadata({}), { name: 'file', contentType: '' });
    assert.deepEqual(metadata(`filetype ${base64('<script>')}`), { name: 'file', contentType: '' });
    assert.equal(writeUploadMetadata({ name: 'a', contentType: '' }), `filename ${base64('a')}`);
  });

  for (const [what, text] of [
    ['a value that is not base64', 'filename 날'],
    ['a value cut short', 'filename YWJ'],
    ['three words', 'filename YWJj YWJj'],
    ['a key twice', 'filename YWJj,filename YWJj'],
    ['no key', 'YWJj,,'],
    ['too much', `filename ${'YWJj'.repeat(3000)}`],
  ] as const) {
    it(`refuses metadata with ${what}`, () => {
      assert.throws(
        () => metadata(text),
        (error) => hasCode(error, uploadErrors.upload_metadata),
      );
    });
  }

  it('checks sums of both kinds', () => {
    for (const algorithm of ['sha1', 'sha256']) {
      const digest = createHash(algorithm).update('bytes').digest('base64');
      const checksum = readUploadChecksum({ 'upload-checksum': `${algorithm} ${digest}` });
      assert.ok(checksum);
      checksum.verify(checksum.hash().update('bytes'));
      assert.throws(
        () => checksum.verify(checksum.hash().update('byteS')),
        (error) => hasCode(error, uploadErrors.upload_checksum_mismatch) && error.definition.status === 460,
      );
    }
    assert.equal(readUploadChecksum({}), undefined);
    for (const header of ['', 'md5 rL0Y20zC+Fzt72VPzMSk2A==', 'sha1', 'sha1 !!!!', `sha256 ${base64('x'.repeat(20))}`, 'sha1 a b']) {
      assert.throws(
        () => readUploadChecksum({ 'upload-checksum': header }),
        (error) => hasCode(error, uploadErrors.upload_checksum),
        header,
      );
    }
  });
});
