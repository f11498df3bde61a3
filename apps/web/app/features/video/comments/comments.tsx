import { useCallback, useEffect, useRef, useState } from 'react';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../../shell/page.ts';
import { Button, ButtonLink } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { LoadMore } from '../../../ui/load-more.tsx';
import { Segments } from '../../../ui/segments.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import type { Video } from '../player/use-player.ts';
import { useSignInPath } from '../sign-in-path.ts';
import { CommentForm } from './comment-form.tsx';
import { CommentGhosts } from './comment-ghosts.tsx';
import { CommentThread } from './comment-thread.tsx';
import styles from './comments.module.css';
import { PendingComment } from './pending-comment.tsx';
import { type Sort, useComments } from './use-comments.ts';
import { useLiveComments } from './use-live-comments.ts';

const SORTS = ['top', 'newest'] as const;

/** What people say about it, in threads two deep. */
export default function Comments({ video, onSeek }: { video: Video; onSeek: (seconds: number) => void }) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const { person } = usePage();
  const signIn = useSignInPath();
  const [sort, setSort] = useState<Sort>('top');
  const [count, setCount] = useState(video.comments);
  useEffect(() => setCount(video.comments), [video.comments]);
  const onCount = useCallback((by: number) => setCount((before) => Math.max(0, before + by)), []);
  /** More was said than was heard: while the line was broken, or in a flood. */
  const [missed, setMissed] = useState(false);
  const told = useRef<number>(undefined);
  const live = useLiveComments(video.id, (comments) => {
    if (told.current !== undefined && told.current !== comments) setMissed(true);
    told.current = comments;
    setCount(comments);
  });
  const { listen } = live;
  useEffect(
    () =>
      listen((message) => {
        told.current = message.count;
        setCount(message.count);
        if (message.missed) setMissed(true);
      }),
    [listen],
  );
  const comments = useComments(video.id, { sort, enabled: true, onCount, live, moderates: video.mayModerate });
  const showFresh = () => {
    if (!missed) return comments.showFresh();
    setMissed(false);
    if (sort === 'newest') comments.reread();
    else setSort('newest');
  };
  const may = mayDo(person, 'comment:create');
  return (
    <>
      <div className={styles.head}>
        <h2>
          {t('comments.title')} <span className="num">{format.number(count)}</span>
        </h2>
        {count > 1 && (
          <Segments
            small
            label={t('comments.sort')}
            value={sort}
            options={SORTS.map((value) => ({ value, label: t(`comments.${value}`) }))}
            onChange={setSort}
          />
        )}
      </div>
      {!video.commentsOpen ? (
        <p className={styles.closed}>{t('comments.closed')}</p>
      ) : may ? (
        <CommentForm
          draftKey={`comment:${video.id}`}
          label={t('comments.write')}
          placeholder={t('comments.placeholder')}
          onSend={comments.send}
        />
      ) : (
        <div className={styles.closed}>
          <span className="grow">{t('comments.door')}</span>
          <ButtonLink size="s" to={signIn}>
            {t('sign_in')}
          </ButtonLink>
        </div>
      )}
      <div role="status" className={styles.fresh}>
        {(missed || comments.fresh > 0) && (
          <Button size="s" onClick={showFresh}>
            <Icon name="chevron-up" size="s" />
            {missed ? t('comments.fresh_some') : t('comments.fresh', { count: comments.fresh })}
          </Button>
        )}
      </div>
      <ul aria-live="polite" aria-relevant="additions">
        {comments.pending.map((pending) => (
          <PendingComment
            key={pending.clientId}
            pending={pending}
            problem={comments.problem}
            onAgain={comments.resend}
            onDrop={comments.discard}
          />
        ))}
      </ul>
      {comments.items === undefined ? (
        comments.problem !== null ? (
          <ErrorState title={t('comments.failed')} problem={comments.problem} retrying={comments.busy} onRetry={comments.next} />
        ) : (
          <CommentGhosts />
        )
      ) : comments.items.length === 0 && comments.pending.length === 0 ? (
        video.commentsOpen && <p className={`mut ${styles.none}`}>{t('comments.none')}</p>
      ) : (
        <ul>
          {comments.items.map((comment) => (
            <CommentThread
              key={comment.id}
              comment={comment}
              video={video}
              comments={comments}
              live={live}
              onSeek={onSeek}
              onCount={onCount}
            />
          ))}
        </ul>
      )}
      {comments.more && (
        <LoadMore busy={comments.busy} failed={comments.problem !== null} onMore={comments.next}>
          {t('list.more')}
        </LoadMore>
      )}
    </>
  );
}
