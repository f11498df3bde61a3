import type { Member } from '@madang/chat/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { apiPage } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useRoom } from '../browser/use-room.ts';
import { useRoomUi } from '../room/room-ui.ts';

const PAGE = 100;
/** Who comes and goes is asked for once for many, and every so often for those whose going nobody tells. */
const SOON_MS = 800;
const RECOUNT_MS = 30_000;

interface Members {
  /** Undefined until they were read, and for whoever may not. */
  readonly members: readonly Member[] | undefined;
  readonly problem: ApiProblem | undefined;
  readonly more: boolean;
  readonly busy: boolean;
  readonly readMore: () => void;
  readonly readAgain: () => void;
}

/** The room's members as far as they were asked for. By hand: the query library would be a third of a first visit's own code. */
export function useMembers(): Members {
  const { open, roomId, me } = useRoomUi();
  const online = useRoom(open, ({ state }) => state.online);
  const count = useRoom(open, ({ room }) => room.members);
  const [pages, setPages] = useState<readonly (readonly Member[])[]>();
  const [cursor, setCursor] = useState<string | null>(null);
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const asked = useRef<AbortController>(undefined);
  const read = useRef(false);

  const readPage = useCallback(
    async (from: string | undefined) => {
      asked.current?.abort();
      const abort = new AbortController();
      asked.current = abort;
      const { signal } = abort;
      setBusy(true);
      try {
        const page = await apiPage('GET /api/v1/rooms/:roomId/members', {
          params: { roomId },
          query: { limit: PAGE, cursor: from },
          signal,
        });
        // An answer that was cut off while it was read is no answer.
        if (signal.aborted) return;
        // The first page read again keeps those below it; what moved between them is put right by the next turn.
        setPages((before) => (from === undefined ? [page.items, ...(before?.slice(1) ?? [])] : [...(before ?? []), page.items]));
        if (from !== undefined || !read.current) setCursor(page.nextCursor);
        read.current = true;
        setProblem(undefined);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof ApiProblem)) throw error;
        setProblem(error);
      } finally {
        if (!signal.aborted) setBusy(false);
      }
    },
    [roomId],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: read again when someone came or went
  useEffect(() => {
    if (me === undefined) return;
    const soon = setTimeout(() => void readPage(undefined), pages === undefined ? 0 : SOON_MS);
    const often = setInterval(() => document.visibilityState === 'visible' && void readPage(undefined), RECOUNT_MS);
    return () => {
      clearTimeout(soon);
      clearInterval(often);
    };
  }, [me, readPage, online, count]);
  useEffect(() => () => asked.current?.abort(), []);

  const unique = pages && [...new Map(pages.flat().map((member) => [member.person.id, member])).values()];
  return {
    members: unique,
    problem: pages === undefined ? problem : undefined,
    more: cursor !== null,
    busy,
    readMore: () => cursor !== null && void readPage(cursor),
    readAgain: () => void readPage(undefined),
  };
}
