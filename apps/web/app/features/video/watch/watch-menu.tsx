import { useTranslation } from '../../../i18n/use-translation.ts';
import { MenuItem, MenuLine, MenuLink, MenuPanel, type MenuPanelProps } from '../../../ui/menu.tsx';
import { toast } from '../../../ui/toast.ts';
import type { Video } from '../player/use-player.ts';

/** What is wanted less often. */
export default function WatchMenu({ video, ...props }: MenuPanelProps & { video: Video }) {
  const { t } = useTranslation('watch');
  const copy = async () => {
    await navigator.clipboard.writeText(`${location.origin}/watch/${video.id}`);
    toast({ text: t('share.copied') });
  };
  return (
    <MenuPanel {...props} align="end" label={t('more')}>
      <MenuItem icon="copy" onClick={() => void copy()}>
        {t('share.copy')}
      </MenuItem>
      {video.mayEdit && (
        <>
          <MenuLine />
          <MenuLink to={`/studio/videos/${video.id}`} icon="edit">
            {t('edit_video')}
          </MenuLink>
          <MenuLink to={`/studio/videos/${video.id}/analytics`} icon="eye">
            {t('figures')}
          </MenuLink>
        </>
      )}
    </MenuPanel>
  );
}
