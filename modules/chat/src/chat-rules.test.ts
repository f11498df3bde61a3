import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testPrincipal, testZone } from '@madang/testing';
import fc from 'fast-check';
import { chatGrants, outranks, standingIn } from './chat-policies.ts';
import { sendMessageBody } from './contract.ts';
import { mentionedIds } from './mentions.ts';
import { messageId, parseMessageId } from './message-id.ts';
import { searchPattern } from './search-query.ts';
import { secondsToWait } from './store-messages.ts';
import { fullBucket, take } from './token-bucket.ts';

const ROOM = 'room_01hqzzzzzzzzzzzzzzzzzzzzzz';

describe('chat rules', () => {
  it('[CH10] reads back every id it writes, and no other spelling', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seq) => {
        assert.deepEqual(parseMessageId(messageId(ROOM, seq)), { roomId: ROOM, seq });
      }),
    );
    const id = messageId(ROOM, 46_655);
    for (const wrong of [
      '',
      'msg_',
      id.toUpperCase(),
      id.replace('-', '-0'),
      `${id} `,
      `${id}-1`,
      messageId(ROOM, 0),
      `${id}zzzzzzzzzzz`,
      id.replace('01h', '01l'),
    ]) {
      assert.equal(parseMessageId(wrong), undefined, wrong);
    }
  });

  it('[CH9] finds mentions once each, in order, at most twenty', () => {
    assert.deepEqual(mentionedIds('<@user_b> and <@guest_a>, <@user_b> <@admin_c> <@user_B>'), ['user_b', 'guest_a']);
    const many = Array.from({ length: 30 }, (_, index) => `<@user_${index}>`).join('');
    assert.equal(mentionedIds(many).length, 20);
  });

  it('[CH7] counts characters, not code units, and refuses what cannot be stored', () => {
    const body = (text: string) => sendMessageBody.safeParse({ clientId: 'a', body: text }).success;
    assert.ok(body('가'.repeat(4000)));
    assert.ok(body('🌳'.repeat(4000)));
    assert.ok(!body('🌳'.repeat(4001)));
    assert.ok(!body('a'.repeat(4001)));
    assert.ok(!body('a\u0000b'));
    assert.ok(!body('\ud800'));
  });

  it('[CH12] counts the seconds of slow mode', () => {
    assert.equal(secondsToWait(undefined, 10, 5000), 0);
    assert.equal(secondsToWait(1000, 10, 5000), 6);
    assert.equal(secondsToWait(1000, 10, 11_000), 0);
    assert.equal(secondsToWait(9000, 10, 1000), 10);
  });

  it('[CH11] lets a burst through, then the rate, and takes nothing for a refusal', () => {
    const rule = { burst: 500, perSecond: 20 };
    let bucket = fullBucket(rule, 0);
    const passedAt = (now: number, tries: number) => {
      let passed = 0;
      for (let index = 0; index < tries; index++) {
        const taken = take(bucket, rule, now);
        bucket = taken.bucket;
        if (taken.waitSeconds === 0) passed++;
      }
      return passed;
    };
    assert.equal(passedAt(0, 700), 500);
    assert.equal(passedAt(1000, 100), 20);
    assert.equal(passedAt(500, 10), 0);
    assert.equal(passedAt(3_600_000, 700), 500);
  });

  it('[CH54] makes a pattern the index can use and nobody can inject into', () => {
    assert.deepEqual(searchPattern('50%_off'), { word: '%50\\%\\_off%', likes: true, rest: [] });
    assert.deepEqual(searchPattern('수학'), { word: '수학', likes: false, rest: ['(^|[^[:alnum:]])수학'] });
    assert.deepEqual(searchPattern('a.c 미적분학')?.rest, ['a\\.c']);
    assert.equal(searchPattern('a'), undefined);
    assert.equal(searchPattern('  '), undefined);
  });

  const zone = testZone('univ');
  const facts = { visibility: 'public', orgId: null, role: null, banned: false, muted: false } as const;
  const as = (role: 'guest' | 'student' | 'zone_admin' | 'org_admin', orgId: string | null = null) =>
    testPrincipal({ role, orgId, roleGrants: chatGrants });
  const refused = (code: string) => ({ code });

  it('[CH30] [CH31] [CH32] opens public rooms to all, private ones to members and administrators, direct ones to the pair', () => {
    assert.ok(standingIn(zone, as('guest'), facts).send);
    assert.throws(() => standingIn(zone, as('student'), { ...facts, visibility: 'private' }), refused('chat.room_not_found'));
    const admin = standingIn(zone, as('zone_admin'), { ...facts, visibility: 'private' });
    assert.deepEqual([admin.send, admin.moderate, admin.manage], [false, true, true]);
    assert.throws(() => standingIn(zone, as('zone_admin'), { ...facts, visibility: 'direct' }), refused('chat.room_not_found'));
    assert.ok(standingIn(zone, as('guest'), { ...facts, visibility: 'direct', role: 'member' }).send);
  });

  it('[CH33] asks the answerer of an attached room', () => {
    const attached = { ...facts, visibility: 'attached' } as const;
    assert.throws(() => standingIn(zone, as('student'), attached), refused('chat.room_not_found'));
    assert.ok(!standingIn(zone, as('student'), attached, 'read').send);
    assert.ok(standingIn(zone, as('student'), attached, 'send').send);
    assert.ok(standingIn({ ...zone, features: [] }, as('student'), attached, 'moderate').moderate);
  });

  it('[CH34] [CH35] bans, mutes and ranks', () => {
    assert.throws(() => standingIn(zone, as('student'), { ...facts, banned: true }), refused('chat.banned'));
    assert.ok(!standingIn(zone, as('student'), { ...facts, muted: true }).send);
    const moderator = standingIn(zone, as('student'), { ...facts, role: 'moderator' });
    assert.deepEqual([outranks(moderator, 'member'), outranks(moderator, 'moderator'), outranks(moderator, 'owner')], [true, false, false]);
    const owner = standingIn(zone, as('student'), { ...facts, role: 'owner' });
    assert.deepEqual([outranks(owner, 'moderator'), outranks(owner, 'owner')], [true, false]);
    assert.ok(standingIn(zone, as('org_admin', 'org_a'), { ...facts, orgId: 'org_a' }).moderate);
    assert.ok(!standingIn(zone, as('org_admin', 'org_a'), { ...facts, orgId: 'org_b' }).moderate);
  });
});
