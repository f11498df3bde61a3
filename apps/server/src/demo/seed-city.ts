import type { ZoneContext } from '@madang/kernel';
import { PORTAL_PRESET, ZONE_PRESETS } from '@madang/zones';
import type { House } from '../compose.ts';
import { DEMO_FILMS } from './demo-films.ts';
import { demoPassword, demoPeople } from './demo-people.ts';
import { DEMO_ZONES, type DemoRoom } from './demo-script.ts';
import { makeDemoFilm } from './make-films.job.ts';

/** Minutes between two lines of a demo conversation. */
const PACE_MINUTES = 3;

/** Makes what a city starts with: the demo's zones with their people and rooms, or the bare portal and a link for its first administrator. */
export async function seedCity(house: House, { secret, say }: { secret: Buffer; say: (line: string) => void }): Promise<void> {
  const { config, zones, identity } = house;
  if (!config.demo) {
    await zones.seedZone(PORTAL_PRESET);
    const link = await identity.createSetupLink(await zones.directory.context(PORTAL_PRESET.id));
    if (link !== undefined) {
      say(`set up the first administrator: ${config.publicScheme}://${config.baseDomain}:${config.publicPort}/setup?token=${link.token}`);
    }
    return;
  }
  for (const preset of ZONE_PRESETS) await zones.seedZone(preset);
  const password = demoPassword(secret);
  const made = await Promise.all(ZONE_PRESETS.map(async ({ id }) => seedZoneLife(house, await zones.directory.context(id), password)));
  if (!made.includes(true)) return;
  say(`demo people all have the password ${password}`);
  say('for example zone_admin@talk.demo, teacher@univprep.demo, student@talk.demo; the portal lists them while the demo is on');
}

/** A zone's organization, people and rooms. The parent is made last and so tells that the zone is whole. */
async function seedZoneLife({ config, identity, chat, jobs, clock }: House, zone: ZoneContext, password: string): Promise<boolean> {
  const people = demoPeople(zone.zone.id);
  const script = DEMO_ZONES[zone.zone.id];
  const last = people.find((person) => person.key === 'parent');
  if (script === undefined || last === undefined) return false;
  if (await identity.hasAccount(zone, last.email)) return false;

  const organization = await identity.seedOrganization(zone, script.organization);
  const ids = new Map<string, string>();
  const make = async ({ key, email, name, role, capabilities }: (typeof people)[number]): Promise<void> => {
    const { id } = await identity.seedPerson(zone, { email, password, name, role, capabilities, orgId: organization.id });
    ids.set(key, id);
  };
  for (const person of people) if (person !== last) await make(person);
  const guests = new Set(script.rooms.flatMap((room) => room.lines.map((line) => line.by)).filter((by) => by.startsWith('guest:')));
  for (const guest of guests) ids.set(guest, (await identity.seedGuest(zone, guest.slice('guest:'.length))).id);

  const idOf = (key: string): string => {
    const id = ids.get(key);
    if (id === undefined) throw new Error(`the demo of ${zone.zone.id} has nobody called ${key}`);
    return id;
  };
  for (const [index, room] of script.rooms.entries()) await seedRoom(chat, zone, room, index, idOf, clock.now());
  if (config.demoFilms) {
    const films = DEMO_FILMS.filter((film) => film.zoneId === zone.zone.id);
    await zone.db.transaction(async (tx) => {
      for (const { key } of films) await jobs.queue.enqueue(tx, makeDemoFilm, { key }, { key: `demo-film-${key}` });
    });
  }
  await make(last);
  return true;
}

async function seedRoom(
  chat: House['chat'],
  zone: ZoneContext,
  room: DemoRoom,
  index: number,
  idOf: (key: string) => string,
  now: Date,
): Promise<void> {
  const [owner = 'zone_admin', ...others] = room.members;
  const began = new Date(now.getTime() - (room.lines.length + 1 + index * 7) * PACE_MINUTES * 60_000);
  const roomId = await chat.seedRoom(zone, {
    key: `demo-${index}`,
    name: room.name,
    topic: room.topic,
    visibility: room.visibility,
    ownerId: idOf(owner),
    members: others.map((key) => ({ userId: idOf(key) })),
    createdAt: began,
  });
  await chat.seedMessages(
    zone,
    roomId,
    room.lines.map((line, at) => ({
      clientId: `demo-${at}`,
      senderId: idOf(line.by),
      body: line.says,
      at: new Date(began.getTime() + (at + 1) * PACE_MINUTES * 60_000),
      ...(line.replyTo !== undefined && { replyTo: `demo-${line.replyTo}` }),
      reactions: groupReactions(line.reactions ?? [], idOf),
    })),
  );
}

function groupReactions(
  given: readonly (readonly [reaction: string, by: string])[],
  idOf: (key: string) => string,
): { reaction: string; userIds: string[] }[] {
  const byWord = new Map<string, string[]>();
  for (const [reaction, by] of given) byWord.set(reaction, [...(byWord.get(reaction) ?? []), idOf(by)]);
  return [...byWord].map(([reaction, userIds]) => ({ reaction, userIds }));
}
