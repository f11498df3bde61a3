import type { VideoCard, Visibility } from '@madang/video/contract';
import { lazy, Suspense, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { useQueries } from '../../../api/queries.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button } from '../../../ui/button.tsx';
import { MenuButton } from '../../../ui/menu-button.tsx';
import { toast } from '../../../ui/toast.ts';
import layout from '../layout/studio.module.css';
import { useTelling } from '../layout/use-telling.ts';
import styles from './videos.module.css';

const DeleteDialog = lazy(() => import('./delete-dialog.tsx'));

/** What can be done with those picked; there only while something is. */
export function BulkBar({ videos, onDone }: { videos: readonly VideoCard[]; onDone: () => void }) {
  const { t } = useTranslation('studioPages');
  const telling = useTelling();
  const queries = useQueries();
  const [deleting, setDeleting] = useState(false);
  const count = videos.length;
  if (count === 0) return <div role="status" />;
  const put = async (changes: readonly { id: string; visibility: Visibility }[]) => {
    const done = await telling(async () => {
      for (const { id, visibility } of changes)
        await api('PATCH /api/v1/videos/:videoId', { params: { videoId: id }, body: { visibility } });
    });
    void queries.invalidateQueries({ queryKey: ['GET /api/v1/videos'] });
    return done;
  };
  const show = async (visibility: Visibility) => {
    const before = videos.map((video) => ({ id: video.id, visibility: video.visibility }));
    if (!(await put(videos.map(({ id }) => ({ id, visibility }))))) return;
    onDone();
    toast({
      text: t('videos.changed', { count, who: t(`visibility.${visibility}`) }),
      action: { label: t('undo'), run: () => void put(before) },
    });
  };
  return (
    <div className={styles.bulk}>
      <span className="t13 b6 grow" role="status">
        {t('videos.picked', { count })}
      </span>
      <MenuButton
        className="btn quiet sm"
        load={() => import('./visibility-menu.tsx')}
        panel={{ label: t('videos.change_visibility'), onChoose: (visibility: Visibility) => void show(visibility) }}
      >
        {t('videos.change_visibility')}
      </MenuButton>
      <Button kind="quiet" size="s" className={layout.danger} onClick={() => setDeleting(true)}>
        {t('delete')}
      </Button>
      {deleting && (
        <Suspense>
          <DeleteDialog videos={videos} onClose={() => setDeleting(false)} onDone={onDone} />
        </Suspense>
      )}
    </div>
  );
}
