import clsx from 'clsx';
import { useState } from 'react';
import { api } from '../../../api/browser.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Ago } from '../../../ui/ago.tsx';
import { Avatar } from '../../../ui/avatar.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { useRefusal } from '../../../ui/complaint.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { MenuButton } from '../../../ui/menu-button.tsx';
import { toast } from '../../../ui/toast.ts';
import type { Video } from '../player/use-player.ts';
import { useSomeone } from '../sign-in-path.ts';
import { RichLines } from '../watch/rich-lines.tsx';
import { CommentForm } from './comment-form.tsx';
import styles from './comments.module.css';
import { deleteLater } from './delete-later.ts';
import type { Comment, Comments } from './use-comments.ts';

interface CommentLineProps {
  comment: Comment;
  video: Video;
  /** The list it stands in. */
  list: Comments;
  onSeek: (seconds: number) => void;
  onReply: ((comment: Comment) => void) | undefined;
  onCount: (by: number) => void;
  small?: boolean;
}

const LONG = 600;

export function CommentLine({ comment, video, list, onSeek, onReply, onCount, small = false }: CommentLineProps) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const refusal = useRefusal();
  const someone = useSomeone();
  const [editing, setEditing] = useState(false);
  const [whole, setWhole] = useState(false);
  const { author } = comment;
  const params = { commentId: comment.id };
  const refused = (error: unknown) => toast({ text: refusal(error), urgent: true });
  /** Shown at once; what the server says replaces it, a refusal takes it back. */
  const change = async (meant: Comment, send: () => Promise<Comment>) => {
    list.replace(meant);
    try {
      list.replace(await send());
    } catch (error) {
      list.replace(comment);
      refused(error);
    }
  };
  const like = () => {
    const liked = !comment.liked;
    void change({ ...comment, liked, likes: Math.max(0, comment.likes + (liked ? 1 : -1)) }, async () => {
      await someone();
      return liked ? api('PUT /api/v1/comments/:commentId/like', { params }) : api('DELETE /api/v1/comments/:commentId/like', { params });
    });
  };
  const remove = () => {
    const gone = 1 + comment.replies;
    list.remove(comment.id);
    onCount(-gone);
    const back = () => {
      list.restore(comment);
      onCount(gone);
    };
    const undo = deleteLater(comment.id, (error) => {
      back();
      refused(error);
    });
    toast({
      text: t('comments.deleted'),
      action: {
        label: t('undo'),
        run: () => {
          if (undo()) back();
        },
      },
    });
  };
  if (comment.deletedAt !== null)
    return (
      <div className={clsx(styles.comment, small && styles.small)}>
        <p className="dim t13">{t('comments.was_deleted')}</p>
      </div>
    );
  const long = comment.body.length > LONG || comment.body.split('\n').length > 8;
  const mayMenu = comment.mine || video.mayModerate || video.mayEdit;
  return (
    <article className={clsx(styles.comment, small && styles.small)}>
      <Avatar person={author} size={small ? 's' : 'm'} />
      <div className="grow">
        {comment.pinned && (
          <p className={styles.pin}>
            <Icon name="pin" size="s" />
            {t('comments.pinned')}
          </p>
        )}
        <p className={styles.who}>
          <b className="b6">{author.name}</b>
          {author.creator && <Badge kind="accent">{t('comments.creator')}</Badge>}
          {comment.hidden && <Badge kind="warn">{t('comments.hidden')}</Badge>}
          <span className="dim">
            <Ago at={comment.createdAt} />
            {comment.editedAt !== null && ` · ${t('comments.edited')}`}
          </span>
        </p>
        {editing ? (
          <CommentForm
            label={t('comments.edit')}
            initial={comment.body}
            sendLabel={t('save')}
            onCancel={() => setEditing(false)}
            onSend={(body) =>
              void change({ ...comment, body, editedAt: comment.createdAt }, () =>
                api('PATCH /api/v1/comments/:commentId', { params, body: { body } }),
              )
            }
          />
        ) : (
          <div className={clsx(styles.text, long && !whole && styles.cut, comment.hidden && 'dim')}>
            <RichLines text={comment.body} onSeek={onSeek} />
          </div>
        )}
        {long && !editing && (
          <button type="button" className={styles.more} aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole ? t('description.less') : t('description.more')}
          </button>
        )}
        <div className={styles.acts}>
          <button type="button" className={clsx(styles.act, comment.liked && styles.liked)} aria-pressed={comment.liked} onClick={like}>
            <Icon name="like" size="s" />
            <span className="vh">{t('like')}</span>
            {comment.likes > 0 && <span className="num">{format.compact(comment.likes)}</span>}
          </button>
          {onReply && (
            <button type="button" className={styles.act} onClick={() => onReply(comment)}>
              {t('comments.reply')}
            </button>
          )}
          {mayMenu && (
            <MenuButton
              className={styles.act}
              aria-label={t('comments.menu', { name: author.name })}
              load={() => import('./comment-menu.tsx')}
              panel={{ comment, video, onEdit: () => setEditing(true), onDelete: remove, onChange: change }}
            >
              <Icon name="more" size="s" />
            </MenuButton>
          )}
        </div>
      </div>
    </article>
  );
}
