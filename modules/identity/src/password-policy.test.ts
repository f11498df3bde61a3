import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LOCALES } from '@madang/kernel';
import { personName } from './contract.ts';
import { guestName } from './guest-names.ts';
import { hueOf } from './hue.ts';
import { createPasswordHasher } from './password-hasher.ts';
import { unmetPasswordRules } from './password-policy.ts';
import { createServerSecret } from './server-secret.ts';

const unmet = (password: string, email = 'mina@example.org') => unmetPasswordRules(password, email).map(({ code }) => code);

describe('passwords', () => {
  test('each rule by itself', () => {
    assert.deepEqual(unmet('Courtyard-1'), []);
    assert.deepEqual(unmet('Co-1xyz'), ['too_short']);
    assert.deepEqual(unmet(`Aa1-${'x'.repeat(197)}`), ['too_long']);
    assert.deepEqual(unmet('courtyard-1'), ['no_upper']);
    assert.deepEqual(unmet('COURTYARD-1'), ['no_lower']);
    assert.deepEqual(unmet('Courtyard-x'), ['no_digit']);
    assert.deepEqual(unmet('Courtyard 1'), ['no_symbol']);
    assert.deepEqual(unmet('Has-MINA-1 in'), ['contains_email']);
    assert.deepEqual(unmet('Has-ab-1 in', 'ab@example.org'), []);
    assert.deepEqual(unmet('마당Aa1!마당마'), []);
  });

  test('hashes verify, wait their turn, and are refused beyond the line', async () => {
    const hasher = createPasswordHasher({ concurrency: 1, waiting: 2 });
    const tries = await Promise.allSettled(Array.from({ length: 5 }, () => hasher.hash('Courtyard-1')));
    const hashes = tries.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    assert.equal(hashes.length, 3);
    assert.match(hashes[0] ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.equal(await hasher.verify(hashes[0], 'Courtyard-1'), true);
    assert.equal(await hasher.verify(hashes[0], 'Courtyard-2'), false);
    assert.equal(await hasher.verify(undefined, 'Courtyard-1'), false);
  });
});

describe('guests', () => {
  test('names of every language are names people may have, at every draw', () => {
    for (const locale of LOCALES) {
      for (let n = 0; n < 12; n++) {
        const name = guestName(locale, (below) => n % below);
        assert.equal(personName.parse(name), name);
      }
    }
    assert.notEqual(
      guestName('en', () => 0),
      guestName('en', () => 1),
    );
  });

  test('a hue comes from the id alone and is spread over the circle', () => {
    assert.equal(hueOf('guest_1'), hueOf('guest_1'));
    const hues = new Set(Array.from({ length: 2000 }, (_, i) => hueOf(`guest_${i}`)));
    assert.ok(hues.size > 300 && Math.min(...hues) >= 0 && Math.max(...hues) <= 359);
  });
});

describe('the server’s secret', () => {
  const secret = createServerSecret(Buffer.alloc(32, 1));
  test('what is sealed opens only whole, in its context, with the same secret', () => {
    const sealed = secret.seal(Buffer.from('private'), 'key_1');
    assert.equal(secret.open(sealed, 'key_1').toString(), 'private');
    assert.throws(() => secret.open(sealed, 'key_2'));
    assert.throws(() => createServerSecret(Buffer.alloc(32, 2)).open(sealed, 'key_1'));
    const bent = Buffer.from(sealed);
    bent[30] = (bent[30] ?? 0) ^ 1;
    assert.throws(() => secret.open(bent, 'key_1'));
    assert.throws(() => createServerSecret(Buffer.alloc(31)), /32 bytes/);
  });
});
