import type { VideoCard } from '@madang/video/contract';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { MenuItem, MenuLine, MenuLink, MenuPanel, type MenuPanelProps } from '../../../ui/menu.tsx';
import { toast } from '../../../ui/toast.ts';
import { analyticsPath, editPath, watchPath } from '../layout/places.ts';

const DeleteDialog = lazy(() => import('./delete-dialog.tsx'));

export interface VideoMenuProps {
  video: VideoCard;
  /** Takes it off the list of files; it stays a video. */
  onDismiss?: () => void;
}

export default function VideoMenu({ video, onDismiss, ...menu }: MenuPanelProps & VideoMenuProps) {
  const { t } = useTranslation('studioPages');
  const [deleting, setDeleting] = useState(false);
  const playable = video.status === 'playable' || video.status === 'ready';
  const copy = async () => {
    await navigator.clipboard.writeText(`${location.origin}${watchPath(video.id)}`);
    toast({ text: t('videos.link_copied') });
  };
  return (
    <>
      <MenuPanel {...menu} align="end" label={t('more_of', { name: video.title })}>
        <MenuLink icon="edit" to={editPath(video.id)}>
          {t('videos.edit')}
        </MenuLink>
        <MenuLink icon="lines" to={analyticsPath(video.id)}>
          {t('studio:section.analytics')}
        </MenuLink>
        {playable && (
          <>
            <MenuLink icon="play" to={watchPath(video.id)}>
              {t('details.watch')}
            </MenuLink>
            <MenuItem icon="copy" onClick={() => void copy()}>
              {t('videos.copy_link')}
            </MenuItem>
          </>
        )}
        {onDismiss && (
          <MenuItem icon="close" onClick={onDismiss}>
            {t('upload.dismiss')}
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem icon="trash" danger onClick={() => setDeleting(true)}>
          {t('delete')}
        </MenuItem>
      </MenuPanel>
      {deleting && (
        <Suspense>
          <DeleteDialog videos={[video]} onClose={() => setDeleting(false)} onDone={onDismiss} />
        </Suspense>
      )}
    </>
  );
}
