import { api } from '../../../api/browser.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { MenuItem, MenuPanel, type MenuPanelProps } from '../../../ui/menu.tsx';
import type { Video } from '../player/use-player.ts';
import type { Comment } from './use-comments.ts';

interface CommentMenuProps {
  comment: Comment;
  video: Video;
  onEdit: () => void;
  onDelete: () => void;
  onChange: (meant: Comment, send: () => Promise<Comment>) => Promise<void>;
}

/** What its author, the creator and moderators may do with a comment. */
export default function CommentMenu({ comment, video, onEdit, onDelete, onChange, ...props }: MenuPanelProps & CommentMenuProps) {
  const { t } = useTranslation('watch');
  const params = { commentId: comment.id };
  const pin = () => {
    const pinned = !comment.pinned;
    void onChange({ ...comment, pinned }, () =>
      pinned ? api('PUT /api/v1/comments/:commentId/pin', { params }) : api('DELETE /api/v1/comments/:commentId/pin', { params }),
    );
  };
  const hide = () => {
    const hidden = !comment.hidden;
    void onChange({ ...comment, hidden }, () => api('PUT /api/v1/comments/:commentId/hidden', { params, body: { hidden } }));
  };
  return (
    <MenuPanel {...props} align="start" label={t('comments.menu', { name: comment.author.name })}>
      {video.mayEdit && comment.parentId === null && (
        <MenuItem icon="pin" onClick={pin}>
          {comment.pinned ? t('comments.unpin') : t('comments.pin')}
        </MenuItem>
      )}
      {comment.mine && (
        <MenuItem icon="edit" onClick={onEdit}>
          {t('comments.edit')}
        </MenuItem>
      )}
      {video.mayModerate && !comment.mine && (
        <MenuItem icon="eye" onClick={hide}>
          {comment.hidden ? t('comments.show') : t('comments.hide')}
        </MenuItem>
      )}
      {(comment.mine || video.mayModerate) && (
        <MenuItem icon="trash" danger onClick={onDelete}>
          {t('comments.delete')}
        </MenuItem>
      )}
    </MenuPanel>
  );
}
