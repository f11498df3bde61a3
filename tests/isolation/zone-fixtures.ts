import { addMember, isolationFixtures as chatFixtures } from '@madang/chat/testing';
import { isolationFixtures as identityFixtures } from '@madang/identity/testing';
import { newId, sql } from '@madang/kernel';
import { assetFixture } from '@madang/media/testing';
import { isolationFixtures as notificationFixtures } from '@madang/notifications/testing';
import { isolationFixtures as videoFixtures } from '@madang/video/testing';
import { multipart, plainPng } from '../harness/multipart.ts';
import type { SignedIn, TestMadang } from '../harness/start-test-madang.ts';
import type { Ids } from './sample-values.ts';

/** People and an organization of a zone; `marker` stands in every name, so that an answer that tells of them is found by it. */
export async function peopleOf(madang: TestMadang, zoneId: string, marker: string): Promise<Ids> {
  const { house } = madang.running;
  const zone = await madang.zone(zoneId);
  const ids = await identityFixtures(zone, { identity: house.identity });
  const empty = await house.identity.seedOrganization(zone, `${marker} empty ${Math.random()}`);
  await zone.db.run(sql('update identity.users set name = $2 where id = $1', ids.userId, `${marker} person`));
  await zone.db.run(
    sql('update identity.organizations set name = $2 where id = $1', ids.organizationId, `${marker} ${ids.organizationId}`),
  );
  return { ...ids, emptyOrganizationId: empty.id, zoneId };
}

/**
 * What `owner` has in a zone: a private room with another member, a message and an open invitation by link, a file in it and
 * an avatar. The names of parameters are the keys. `files` are the owner's from before, to be named again.
 */
export async function belongingsOf(
  madang: TestMadang,
  zoneId: string,
  owner: SignedIn,
  people: Ids,
  marker: string,
  files?: Ids,
): Promise<Ids> {
  const zone = await madang.zone(zoneId);
  const uploadId = newId('upload');
  await zone.db.run(
    sql(
      `insert into media.uploads (zone_id, id, owner_id, name, length, created_at, expires_at)
       values (madang.zone(), $1, $2, $3, 4, now(), now() + interval '1 day')`,
      uploadId,
      owner.id,
      `${marker}.mp4`,
    ),
  );
  const ids = {
    uploadId,
    ...(await chatFixtures(zone, owner.id)),
    ...(await notificationFixtures(zone.db, owner.id)),
    ...(await videoFixtures(zone, owner.id)),
  };
  await assetFixture(zone.db, owner.id, ids.videoId);
  await zone.db.run(sql('update video.videos set title = $2, description = $2 where id = $1', ids.videoId, `${marker} film`));
  await zone.db.run(sql('update video.comments set body = $2 where id = $1', ids.commentId, `${marker} comment`));
  await zone.db.run(sql('update video.playlists set title = $2 where id = $1', ids.playlistId, `${marker} list`));
  await addMember(zone, ids.roomId, people.userId as string);
  await zone.db.run(sql('update chat.rooms set name = $2, topic = $2 where id = $1', ids.roomId, `${marker} room`));
  await zone.db.run(sql('update chat.messages set body = $2 where room_id = $1', ids.roomId, `${marker} said`));
  const client = madang.client(zoneId);
  const made = async (path: string, ask: object): Promise<Record<string, string>> => {
    const answer = await client.ask(path, { method: 'POST', token: owner.token, ...ask });
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return answer.json();
  };
  const link = await made(`/api/v1/rooms/${ids.roomId}/invitations`, { body: {} });
  const upload = async () => {
    const file = await made(`/api/v1/rooms/${ids.roomId}/files`, multipart(`${marker}.txt`, 'text/plain', `${marker} written`));
    const avatar = await made('/api/v1/users/me/avatar-file', multipart('me.png', 'image/png', plainPng(8, 8)));
    return { fileId: file.fileId as string, avatarFileId: avatar.fileId as string };
  };
  const { fileId, avatarFileId } = files ?? (await upload());
  return {
    ...ids,
    ...people,
    invitationId: link.id as string,
    token: link.token as string,
    fileId: fileId as string,
    avatarFileId: avatarFileId as string,
    kind: 'video.commented',
    zoneVersion: String(zone.zone.version),
    marker,
  };
}
