import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { apiPage } from '../../../api/browser.ts';
import { useQueries } from '../../../api/queries.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState, ErrorState } from '../../../ui/states.tsx';
import { Skeleton } from '../../../ui/surfaces.tsx';
import { useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import { MessageHit } from './message-hit.tsx';
import styles from './panels.module.css';

const TYPING_MS = 250;

/** What was said in this room, newest first. */
export default function SearchPanel({ onDone }: { onDone: () => void }) {
  const { t } = useMoreWords();
  const { roomId } = useRoomUi();
  const [query, setQuery] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(query.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [query]);
  const enough = asked.length >= 2;
  const found = useInfiniteQuery(
    {
      queryKey: ['GET /api/v1/rooms/:roomId/search', roomId, asked],
      enabled: enough,
      initialPageParam: undefined as string | undefined,
      queryFn: ({ pageParam, signal }) =>
        apiPage('GET /api/v1/rooms/:roomId/search', { params: { roomId }, query: { q: asked, cursor: pageParam, limit: 30 }, signal }),
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    },
    useQueries(),
  );
  const hits = found.data?.pages.flatMap(({ items }) => items);
  return (
    <>
      <header className={styles.head}>
        <h2 className="grow">{t('search.title')}</h2>
      </header>
      <div className={styles.search}>
        <input
          className="in"
          type="search"
          // biome-ignore lint/a11y/noAutofocus: the person just asked to write here
          autoFocus
          value={query}
          maxLength={100}
          aria-label={t('search.title')}
          placeholder={t('search.placeholder')}
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      <div className={styles.body}>
        {!enough ? (
          <p className={styles.note}>{t('search.hint')}</p>
        ) : found.isError ? (
          <ErrorState title={t('search.failed')} problem={found.error} onRetry={() => void found.refetch()} />
        ) : hits === undefined ? (
          Array.from({ length: 4 }, (_, at) => <Skeleton key={String(at)} height={44} style={{ margin: '8px 16px' }} />)
        ) : hits.length === 0 ? (
          <EmptyState title={t('search.none', { query: asked })} text={t('search.none_text')} />
        ) : (
          <ul>
            {hits.map(({ message }) => (
              <li key={message.id}>
                <MessageHit message={message} words={asked.split(/\s+/)} onDone={onDone} />
              </li>
            ))}
          </ul>
        )}
        {found.hasNextPage && (
          <Button
            kind="quiet"
            size="s"
            busy={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
            style={{ margin: '4px 16px' }}
          >
            {t('people.more')}
          </Button>
        )}
        <p className="vh" role="status">
          {hits === undefined ? '' : t('search.found', { count: hits.length })}
        </p>
      </div>
    </>
  );
}
