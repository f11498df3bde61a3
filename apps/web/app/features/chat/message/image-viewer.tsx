import { Dialog } from '@base-ui/react/dialog';
import type { FileCard } from '@madang/chat/contract';
import clsx from 'clsx';
import { type KeyboardEvent, useState } from 'react';
import { useFormat } from '../../../i18n/format.ts';
import { IconButton } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './image-viewer.module.css';

/** Pictures of one message, large. Arrow keys turn, a press zooms, Escape closes. */
export default function ImageViewer({ files, at, onClose }: { files: readonly FileCard[]; at: number; onClose: () => void }) {
  const { t } = useMoreWords();
  const format = useFormat();
  const [index, setIndex] = useState(at);
  const [zoomed, setZoomed] = useState(false);
  const file = files[index];
  if (file === undefined) return null;
  const turn = (step: number) => {
    setIndex((index + step + files.length) % files.length);
    setZoomed(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (files.length < 2 || zoomed) return;
    if (event.key === 'ArrowRight') turn(1);
    else if (event.key === 'ArrowLeft') turn(-1);
  };
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={clsx('scrim', styles.dark)} />
        <Dialog.Popup className={styles.viewer} onKeyDown={onKeyDown} data-theme="dark">
          <header className={styles.head}>
            <Dialog.Title className="trunc grow">
              {file.name} <span className="dim num">{format.bytes(file.bytes)}</span>
            </Dialog.Title>
            {files.length > 1 && (
              <span className="num dim">
                {format.number(index + 1)} / {format.number(files.length)}
              </span>
            )}
            <IconButton
              icon="search"
              label={zoomed ? t('viewer.fit') : t('viewer.zoom')}
              aria-pressed={zoomed}
              onClick={() => setZoomed(!zoomed)}
            />
            <a
              className="iconb"
              href={file.url}
              download={file.name}
              aria-label={t('file.download', { name: file.name })}
              title={t('file.save')}
            >
              <Icon name="download" />
            </a>
            <Dialog.Close render={<IconButton icon="close" label={t('ui:close')} />} />
          </header>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: a press beside the picture closes, as Escape does */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same */}
          <div
            className={clsx(styles.stage, zoomed && styles.zoomed)}
            onClick={(event) => event.target === event.currentTarget && onClose()}
          >
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the zoom button does the same */}
            <img
              key={file.fileId}
              src={file.url}
              alt={file.name}
              width={file.width ?? undefined}
              height={file.height ?? undefined}
              onClick={() => setZoomed(!zoomed)}
            />
          </div>
          {files.length > 1 && (
            <>
              <IconButton
                className={clsx(styles.turn, styles.back)}
                icon="chevron-left"
                label={t('ui:previous')}
                onClick={() => turn(-1)}
              />
              <IconButton className={clsx(styles.turn, styles.on)} icon="chevron-right" label={t('ui:next')} onClick={() => turn(1)} />
            </>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
