import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ZoneContext } from '@madang/kernel';
import { type TestDatabase, testClock, testDatabase } from '@madang/testing';
import { decodeProtectedHeader } from 'jose';
import { identityTestbed, refusal } from './identity-testbed.ts';
import { signInAs } from './testing.ts';

const DAY = 86_400_000;

describe('signing keys', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let other: ZoneContext;
  before(async () => {
    t = await testDatabase();
    zone = t.zone('univ');
    other = t.zone('talk');
  });
  after(() => t.close());

  test('nodes that start at once agree on one key, and verify each other’s tokens', async () => {
    const clock = testClock();
    const nodes = Array.from({ length: 4 }, () => identityTestbed(t, [zone, other], { clock }));
    const published = await Promise.all(nodes.map((node) => node.identity.keys.published()));
    assert.equal(new Set(published.flat().map((key) => key.kid)).size, 1);
    assert.deepEqual(Object.keys(published[0]?.[0] ?? {}).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    const { token } = await signInAs((nodes[0] ?? assert.fail()).identity, zone, 'guest');
    assert.ok(await nodes[1]?.identity.authenticator.authenticate(zone, { bearer: token }));
    const jwks = await nodes[2]?.call(other, 'GET /.well-known/jwks.json');
    assert.deepEqual(jwks?.body, { keys: published[0] });
    assert.match(jwks?.headers['Cache-Control'] ?? '', /public, max-age=300/);
  });

  test('a new key is published a day before it signs; the old one verifies until its tokens are over', async () => {
    const clock = testClock();
    const node = identityTestbed(t, [zone], { clock });
    const lagging = identityTestbed(t, [zone], { clock });
    const kids = async () => (await node.identity.keys.published()).map((key) => key.kid);
    const signer = async () => (await node.identity.keys.signing()).kid;
    const [first] = await kids();
    assert.equal(await signer(), first);
    clock.advance(29 * DAY - 1);
    assert.deepEqual(await kids(), [first]);
    clock.advance(30_000);
    const [, second] = await kids();
    assert.ok(second !== undefined && second !== first);
    assert.equal(await signer(), first, 'published, not yet signing');
    clock.advance(DAY - 30_000);
    const before = await signInAs(node.identity, zone, 'guest');
    assert.equal(decodeProtectedHeader(before.token).kid, first);
    clock.advance(60_000);
    const since = await signInAs(node.identity, zone, 'guest');
    assert.equal(decodeProtectedHeader(since.token).kid, second);
    assert.ok(await lagging.identity.authenticator.authenticate(zone, { bearer: since.token }));
    assert.ok(await lagging.identity.authenticator.authenticate(zone, { bearer: before.token }));
    clock.advance(30 * DAY);
    const later = await kids();
    assert.ok(!later.includes(first ?? ''), 'the first is gone once the third is made');
    assert.equal(later.length, 2);
  });

  test('the private key is sealed: another secret does not open it', async () => {
    const node = identityTestbed(t, [zone], { secret: Buffer.alloc(32, 9) });
    await assert.rejects(node.identity.keys.published(), /MADANG_SECRET/);
    const rows = await t.database.city().many<{ sealed_private_key: Buffer }>({
      name: 'identity.list_city_signing_keys',
      text: 'select kid, public_jwk, sealed_private_key, signs_from from identity.signing_keys order by signs_from, kid',
      values: [],
    });
    assert.ok(rows.length > 0 && rows.every((row) => !row.sealed_private_key.toString('latin1').includes('"d"')));
  });

  test('a zone’s own connection sees no key', async () => {
    await assert.rejects(zone.db.many({ text: 'select kid from identity.signing_keys', values: [] }));
  });

  test('a bearer of one zone is refused in another', async () => {
    const node = identityTestbed(t, [zone, other]);
    const { token, cookies } = await signInAs(node.identity, zone, 'guest');
    await assert.rejects(node.identity.authenticator.authenticate(other, { bearer: token }), refusal('request.wrong_zone'));
    assert.equal(await node.identity.authenticator.authenticate(other, { sessionCookie: cookies.madang }), undefined);
  });
});
