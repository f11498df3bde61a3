import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkFile, checkFrame } from './file-check.ts';

const LIMITS = { maxBytes: 1000, maxSeconds: 60, maxSide: 8192, usedBytes: 500, limitBytes: 2000, unavailable: null };
const film = { name: 'a.mp4', type: 'video/mp4', size: 800 };

describe('a file before its first byte', () => {
  it('is taken when it fits', () => assert.equal(checkFile(film, LIMITS, 0), undefined));
  it('is refused by what it is and how large it is', () => {
    assert.equal(checkFile({ ...film, size: 0 }, LIMITS, 0), 'studio.empty');
    assert.equal(checkFile({ ...film, name: 'a.pdf', type: 'application/pdf' }, LIMITS, 0), 'studio.not_media');
    assert.equal(checkFile({ ...film, size: 1001 }, LIMITS, 0), 'studio.too_large');
  });
  it('is refused when others of the list need the room', () => assert.equal(checkFile(film, LIMITS, 701), 'studio.no_room'));
  it('is known by its ending where the system gives no type', () =>
    assert.equal(checkFile({ ...film, name: '리허설.MKV', type: '' }, LIMITS, 0), undefined));
  it('is refused by what the browser reads of it', () => {
    assert.equal(checkFrame({ durationSeconds: 61, width: 1920, height: 1080 }, LIMITS), 'studio.too_long');
    assert.equal(checkFrame({ durationSeconds: null, width: 100, height: 9000 }, LIMITS), 'studio.too_wide');
    assert.equal(checkFrame({ durationSeconds: 60, width: 0, height: 0 }, LIMITS), undefined);
  });
});
