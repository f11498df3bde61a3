import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { contentDisposition, tidyFileName } from './file-name.ts';

describe('file names', () => {
  const cases: [sent: string | undefined, shown: string][] = [
    ['photo.jpg', 'photo.jpg'],
    ['사진 1.png', '사진 1.png'],
    ['사진.png'.normalize('NFD'), '사진.png'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\mina\\a.txt', 'a.txt'],
    ['  spaced .txt ', 'spaced .txt'],
    ['annexe\u202egpj.exe', 'annexegpj.exe'],
    ['a\r\nSet-Cookie: x=1.txt', 'aSet-Cookie: x=1.txt'],
    ['a\u0000b.txt', 'ab.txt'],
    ['', 'file'],
    [undefined, 'file'],
    ['.', 'file'],
    ['..', 'file'],
    ['/', 'file'],
    ['.env', '.env'],
    ['\ud800.txt', '\ufffd.txt'],
    [`${'가'.repeat(300)}.jpeg`, `${'가'.repeat(145)}.jpeg`],
    ['😀'.repeat(300), '😀'.repeat(150)],
  ];
  for (const [sent, shown] of cases) {
    it(`${JSON.stringify(sent)?.slice(0, 40)} is shown as ${JSON.stringify(shown).slice(0, 40)}`, () => {
      assert.equal(tidyFileName(sent), shown);
    });
  }

  it('whatever is sent, the header is one line of ASCII that tells the true name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (sent) => {
        const name = tidyFileName(sent);
        const header = contentDisposition('attachment', name);
        assert.match(header, /^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\x21-\x7e]*$/);
        assert.equal(/filename="([^"]*)"/.exec(header)?.[1]?.includes('\\'), false);
        assert.equal(decodeURIComponent(header.slice(header.indexOf("UTF-8''") + 7)), name);
      }),
    );
  });
});
