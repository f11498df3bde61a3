import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isInline, SNIFF_BYTES, sniff } from './sniff.ts';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const PNG = latin(
  '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDAT\x08\xd7c\xf8\xff\xff?\0\x05\xfe\x02\xfe\xdc\xccY\xe7',
);

describe('what a file is, by its bytes', () => {
  const cases: [what: string, bytes: Buffer, name: string, kind: string, contentType: string, inline: boolean][] = [
    ['a PNG that calls itself text', PNG, 'a.txt', 'image', 'image/png', true],
    [
      'a page that calls itself a picture',
      Buffer.from('<!doctype html><script>alert(1)</script>'),
      'a.png',
      'document',
      'text/plain; charset=utf-8',
      false,
    ],
    [
      'an SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
      'a.svg',
      'document',
      'text/plain; charset=utf-8',
      false,
    ],
    [
      'an SVG with a declaration',
      Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
      'a.jpg',
      'document',
      'text/plain; charset=utf-8',
      false,
    ],
    ['a script', Buffer.from('import fs from "fs";'), 'a.js', 'document', 'text/plain; charset=utf-8', false],
    ['a shell script', Buffer.from('#!/bin/sh\nrm -rf /\n'), 'a.gif', 'document', 'text/plain; charset=utf-8', false],
    ['Korean text', Buffer.from('안녕하세요'.repeat(1000)).subarray(0, SNIFF_BYTES), 'a', 'document', 'text/plain; charset=utf-8', false],
    ['nothing', Buffer.alloc(0), 'a.jpg', 'document', 'text/plain; charset=utf-8', false],
    ['a Windows program', Buffer.concat([latin('MZ'), Buffer.alloc(200)]), 'a.jpg', 'other', 'application/octet-stream', false],
    ['noise', latin('\x01\x02\x03\xfe\xff\xfa'), 'a.pdf', 'other', 'application/octet-stream', false],
    ['a PDF', latin('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), 'a.html', 'document', 'application/pdf', true],
    ['an MP4', latin('\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41'), 'a.html', 'video', 'video/mp4', true],
    ['a QuickTime film', latin('\0\0\0\x14ftypqt  \0\0\0\0qt  '), 'a.mov', 'video', 'video/quicktime', true],
    ['an MP3', latin('ID3\x04\0\0\0\0\0\0\xff\xfb\x90\0'), 'a.mp3', 'audio', 'audio/mpeg', true],
    ['a ZIP', latin('PK\x03\x04\x14\0\0\0\0\0'.padEnd(64, '\0')), 'a.zip', 'other', 'application/zip', false],
    [
      'a ZIP named .docx',
      latin('PK\x03\x04\x14\0\0\0\0\0'.padEnd(64, '\0')),
      'a.docx',
      'document',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      false,
    ],
    ['a ZIP named .html', latin('PK\x03\x04\x14\0\0\0\0\0'.padEnd(64, '\0')), 'a.html', 'other', 'application/zip', false],
  ];
  for (const [what, bytes, name, kind, contentType, inline] of cases) {
    it(`${what}: ${contentType}`, async () => {
      const found = await sniff(bytes, name);
      assert.deepEqual([found.kind, found.contentType, isInline(found.contentType)], [kind, contentType, inline]);
      assert.equal(found.treatment, kind === 'image' ? 'clean' : 'keep');
    });
  }

  it('HEIC is refused: its metadata could not be taken out', async () => {
    assert.equal((await sniff(latin('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), 'a.jpg')).treatment, 'refuse');
  });

  it('no bytes make a browser run something', async () => {
    const start = fc.constantFrom('<html>', '<?xml ', '<svg', '%!PS', 'GIF89a', 'RIFF', 'PK\x03\x04', 'OggS', 'ftyp', '\x89PNG', 'ID3', '');
    await fc.assert(
      fc.asyncProperty(
        start,
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('a.html', 'a.svg', 'a.js', 'a'),
        async (lead, rest, name) => {
          const { contentType } = await sniff(Buffer.concat([latin(lead), rest]), name);
          assert.doesNotMatch(contentType, /html|javascript|svg|xml(?!formats)/);
        },
      ),
    );
  });
});
