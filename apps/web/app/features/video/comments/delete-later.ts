import { api, session } from '../../../api/browser.ts';

/** As long as the offer to undo stands. */
const GRACE_MS = 5_000;

/**
 * Deletes a comment once there was time to think better of it, or when the page is left. Answers a way to call it off: true when
 * it was in time.
 */
export function deleteLater(commentId: string, onRefused: (error: unknown) => void): () => boolean {
  let open = true;
  const close = (): boolean => {
    const was = open;
    open = false;
    clearTimeout(timer);
    window.removeEventListener('pagehide', leave);
    return was;
  };
  const timer = setTimeout(() => {
    if (close()) api('DELETE /api/v1/comments/:commentId', { params: { commentId } }).catch(onRefused);
  }, GRACE_MS);
  const leave = () => {
    if (!close()) return;
    const token = session().held();
    void fetch(`/api/v1/comments/${encodeURIComponent(commentId)}`, {
      method: 'DELETE',
      keepalive: true,
      credentials: 'same-origin',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  };
  window.addEventListener('pagehide', leave);
  return close;
}
