import { useEffect, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../../shell/page.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import type { Video } from '../player/use-player.ts';
import { CommentForm } from './comment-form.tsx';
import { CommentGhosts } from './comment-ghosts.tsx';
import { CommentLine } from './comment-line.tsx';
import styles from './comments.module.css';
import { PendingComment } from './pending-comment.tsx';
import { type Comment, type Comments, useComments } from './use-comments.ts';
import type { Live } from './use-live-comments.ts';

interface CommentThreadProps {
  comment: Comment;
  video: Video;
  comments: Comments;
  live: Live;
  onSeek: (seconds: number) => void;
  onCount: (by: number) => void;
}

/** A comment and its replies, which are read when someone opens them. */
export function CommentThread({ comment, video, comments, live, onSeek, onCount }: CommentThreadProps) {
  const { t } = useTranslation('watch');
  const { person } = usePage();
  const [open, setOpen] = useState(false);
  const [replying, setReplying] = useState<string>();
  const [added, setAdded] = useState(0);
  const replies = useComments(video.id, {
    parentId: comment.id,
    sort: 'newest',
    enabled: open,
    live,
    moderates: video.mayModerate,
    onCount: (by) => {
      setAdded((before) => before + by);
      onCount(by);
    },
  });
  // Their number was told: what was counted here is in it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it changes
  useEffect(() => setAdded(0), [comment.replies]);
  const count = Math.max(0, comment.replies + added);
  const may = video.commentsOpen && mayDo(person, 'comment:create');
  const reply = may
    ? (to: Comment) => {
        setOpen(comment.replies > 0 || open);
        setReplying(to.id === comment.id ? '' : `@${to.author.name} `);
      }
    : undefined;
  const shown = open ? replies.items : replies.items?.filter(({ mine }) => mine);
  return (
    <li>
      <CommentLine comment={comment} video={video} list={comments} onSeek={onSeek} onReply={reply} onCount={onCount} />
      <div className={styles.replies}>
        {count > 0 && (
          <Button size="s" kind="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name={open ? 'chevron-up' : 'chevron-down'} size="s" />
            {t('comments.replies', { count })}
          </Button>
        )}
        {open && replies.items === undefined && replies.problem === null && <CommentGhosts />}
        {open && replies.problem !== null && replies.items === undefined && (
          <Button size="s" onClick={replies.next}>
            {t('ui:try_again')}
          </Button>
        )}
        <ul>
          {shown?.map((one) => (
            <li key={one.id}>
              <CommentLine comment={one} video={video} list={replies} onSeek={onSeek} onReply={reply} onCount={onCount} small />
            </li>
          ))}
        </ul>
        {open && replies.more && (
          <Button size="s" kind="quiet" busy={replies.busy} onClick={replies.next}>
            {t('comments.more_replies')}
          </Button>
        )}
        <ul aria-live="polite">
          {replies.pending.map((pending) => (
            <PendingComment
              key={pending.clientId}
              pending={pending}
              problem={replies.problem}
              onAgain={replies.resend}
              onDrop={replies.discard}
            />
          ))}
        </ul>
        {replying !== undefined && (
          <CommentForm
            key={replying}
            label={t('comments.reply_to', { name: comment.author.name })}
            initial={replying}
            sendLabel={t('comments.reply')}
            onCancel={() => setReplying(undefined)}
            onSend={replies.send}
          />
        )}
      </div>
    </li>
  );
}
