import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { usePage } from '../../../shell/page.ts';
import type { OpenRoom } from '../engine/open-room.ts';

/** Names of people mentioned: from the messages at hand, or asked for once each. The function changes when more are known. */
export function useNames(open: OpenRoom): (id: string) => string | undefined {
  const { person } = usePage();
  const [asked, setAsked] = useState<ReadonlyMap<string, string>>(new Map());
  const wanted = useRef(new Set<string>());
  const tried = useRef(new Set<string>());

  const nameOf = useCallback(
    (id: string): string | undefined => {
      if (id === person?.id) return person.name;
      const known = asked.get(id) ?? seen(open).get(id);
      if (known === undefined && !tried.current.has(id)) wanted.current.add(id);
      return known;
    },
    [asked, person, open],
  );

  // Rendering only notes whom it does not know; asking is for afterwards.
  useEffect(() => {
    if (wanted.current.size === 0 || person === null) return;
    const ids = [...wanted.current].slice(0, 20);
    for (const id of ids) {
      wanted.current.delete(id);
      tried.current.add(id);
    }
    let gone = false;
    void Promise.allSettled(ids.map((userId) => api('GET /api/v1/users/:userId', { params: { userId } }))).then((answers) => {
      const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [[answer.value.id, answer.value.name] as const] : []));
      if (!gone && found.length > 0) setAsked((before) => new Map([...before, ...found]));
    });
    return () => {
      gone = true;
    };
  });
  return nameOf;
}

const names = new WeakMap<object, ReadonlyMap<string, string>>();

/** Once per state of the timeline, however many mentions ask. */
function seen({ store }: OpenRoom): ReadonlyMap<string, string> {
  const { messages } = store.get().state.timeline;
  let known = names.get(messages);
  if (known === undefined) {
    known = new Map([...messages.values()].map(({ sender }) => [sender.id, sender.name]));
    names.set(messages, known);
  }
  return known;
}
