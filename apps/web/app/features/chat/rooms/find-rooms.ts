import { api } from '../../../api/browser.ts';
import type { Command, FeatureDefinition } from '../../../shell/feature.ts';
import { mayDo } from '../../../shell/page.ts';
import { plainText } from '../engine/message-text.ts';

type Search = NonNullable<FeatureDefinition['search']>;

/** For the palette: rooms by name, and what was said anywhere the person may read. */
export const findRooms: Search = async (query, { page, t, signal }) => {
  if (!page.zone.features.includes('rooms') || !mayDo(page.person, 'room:read')) return [];
  const wanted = query.toLocaleLowerCase(page.locale);
  const [rooms, said] = await Promise.all([
    api('GET /api/v1/rooms', { query: { limit: 100 }, signal }),
    query.length < 2 ? { items: [] } : api('GET /api/v1/messages/search', { query: { q: query, limit: 5 }, signal }),
  ]);
  const places = rooms.items
    .map((room) => ({ id: room.id, name: room.peer?.name ?? room.name, direct: room.peer !== null, visibility: room.visibility }))
    .filter(({ name }) => name.toLocaleLowerCase(page.locale).includes(wanted))
    .slice(0, 6)
    .map(({ id, name, direct, visibility }): Command => {
      const icon = direct ? 'user' : visibility === 'public' ? 'hash' : 'lock';
      return { id, icon, label: name, hint: t('chat:room'), to: `/rooms/${id}` };
    });
  const messages = said.items.map(
    ({ message, room }): Command => ({
      id: message.id,
      icon: 'lines',
      label: `${message.sender.name}: ${plainText(message.body, () => undefined)}`,
      hint: room.name || message.sender.name,
      to: `/rooms/${room.id}?seq=${message.seq}`,
    }),
  );
  return [...places, ...messages];
};
