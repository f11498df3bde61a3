import type { Person } from '@madang/chat/contract';
import { useEffect, useMemo, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { peopleSeen } from '../engine/room-state.ts';
import { useRoomUi } from '../room/room-ui.ts';

const OFFERED = 6;
const TYPING_MS = 150;

/** People whose name begins with, or contains, what was typed behind `@`: those who talk here first, then anyone of the zone. */
export function useMentions(query: string | undefined): readonly Person[] {
  const { open, me } = useRoomUi();
  const [found, setFound] = useState<{ query: string; people: readonly Person[] }>();
  const asks = query !== undefined && query !== '' && me !== undefined;

  useEffect(() => {
    if (!asks) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api('GET /api/v1/users', { query: { query, limit: OFFERED }, signal: abort.signal }).then(
        (answer) => abort.signal.aborted || setFound({ query, people: answer.items }),
        // The people of the room are offered all the same.
        () => undefined,
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, asks]);

  return useMemo(() => {
    if (query === undefined) return [];
    const wanted = query.toLocaleLowerCase();
    const matches = ({ name }: Person) => name.toLocaleLowerCase().includes(wanted);
    const here = [...peopleSeen(open.store.get().state).values()].reverse().filter(matches);
    const begins = (person: Person) => Number(!person.name.toLocaleLowerCase().startsWith(wanted));
    const offered = new Map<string, Person>();
    for (const person of here.sort((a, b) => begins(a) - begins(b))) offered.set(person.id, person);
    for (const person of found?.people.filter(matches) ?? []) if (!offered.has(person.id)) offered.set(person.id, person);
    offered.delete(me ?? '');
    return [...offered.values()].filter(({ name }) => name !== '').slice(0, OFFERED);
  }, [query, found, open, me]);
}
