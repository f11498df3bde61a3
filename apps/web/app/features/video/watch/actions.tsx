import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api } from '../../../api/browser.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../../shell/page.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button } from '../../../ui/button.tsx';
import { useRefusal } from '../../../ui/complaint.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { MenuButton } from '../../../ui/menu-button.tsx';
import { toast } from '../../../ui/toast.ts';
import { Subscribers } from '../channel/channel-list.tsx';
import { type Channel, SubscribeButton } from '../channel/subscribe-button.tsx';
import type { Video } from '../player/use-player.ts';
import { useSignInPath, useSomeone } from '../sign-in-path.ts';
import styles from './watch.module.css';

const ShareDialog = lazy(() => import('./share-dialog.tsx'));
const SaveDialog = lazy(() => import('./save-dialog.tsx'));

interface ActionsProps {
  video: Video;
  channel: Channel | null;
  /** Where the film is now, seconds. */
  position: () => number;
}

/** Whose it is, and what one can do with it. */
export function Actions({ video, channel: loaded, position }: ActionsProps) {
  const { t } = useTranslation('watch');
  const { person } = usePage();
  const navigate = useNavigate();
  const signIn = useSignInPath();
  const [channel, setChannel] = useState(loaded);
  const [sharing, setSharing] = useState<number>();
  const [saving, setSaving] = useState<boolean>();
  useEffect(() => setChannel(loaded), [loaded]);
  const owner = channel ?? video.channel;
  return (
    <div className={styles.bar}>
      <div className={styles.owner}>
        <Avatar person={owner} size="l" />
        <div className="col grow">
          <Link to={`/@${owner.handle}`} prefetch="intent" className="b6 trunc">
            {owner.name}
          </Link>
          <span className="t12 dim">
            <Subscribers value={owner.subscribers} />
          </span>
        </div>
        {channel !== null && <SubscribeButton channel={channel} onChange={setChannel} />}
      </div>
      <div className={styles.acts}>
        <LikeButton video={video} />
        <Button onClick={() => setSharing(Math.floor(position()))}>
          <Icon name="share" size="s" />
          {t('share.open')}
        </Button>
        <Button onClick={() => (mayDo(person, 'playlist:create') ? setSaving(true) : void navigate(signIn))}>
          <Icon name="list-add" size="s" />
          {t('save_to.open')}
        </Button>
        <MenuButton className="btn secondary" load={() => import('./watch-menu.tsx')} panel={{ video }} aria-label={t('more')}>
          <Icon name="more" size="s" />
        </MenuButton>
      </div>
      {sharing !== undefined && (
        <Suspense>
          <ShareDialog video={video} seconds={sharing} onClose={() => setSharing(undefined)} />
        </Suspense>
      )}
      {saving !== undefined && (
        <Suspense>
          <SaveDialog open={saving} onOpenChange={setSaving} videoId={video.id} />
        </Suspense>
      )}
    </div>
  );
}

/** Counts at once; the server's number replaces it, a refusal takes it back. */
function LikeButton({ video }: { video: Video }) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const refusal = useRefusal();
  const someone = useSomeone();
  const [shown, setShown] = useState({ likes: video.likes, liked: video.liked });
  useEffect(() => setShown({ likes: video.likes, liked: video.liked }), [video.likes, video.liked]);

  const toggle = async () => {
    const before = shown;
    const liked = !before.liked;
    setShown({ liked, likes: Math.max(0, before.likes + (liked ? 1 : -1)) });
    const params = { videoId: video.id };
    try {
      await someone();
      setShown(
        liked ? await api('PUT /api/v1/videos/:videoId/like', { params }) : await api('DELETE /api/v1/videos/:videoId/like', { params }),
      );
    } catch (error) {
      setShown(before);
      toast({ text: refusal(error), urgent: true });
    }
  };
  return (
    <Button className={shown.liked ? styles.liked : undefined} aria-pressed={shown.liked} onClick={() => void toggle()}>
      <Icon name="like" size="s" />
      <span className="vh">{t('like')}</span>
      <span className="num">{format.number(shown.likes)}</span>
    </Button>
  );
}
