import type { FileCard } from '@madang/chat/contract';
import { useState } from 'react';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Icon } from '../../../ui/icon.tsx';
import { useRoomUi } from '../room/room-ui.ts';
import styles from './message.module.css';

export const isPicture = (file: FileCard): boolean => file.thumbnailUrl !== null && file.width !== null && file.height !== null;

/** Largest picture in the stream, CSS pixels. */
const WIDEST = 320;
const TALLEST = 240;

/** The room a picture takes before it is here. */
export function pictureSize(file: FileCard): { width: number; height: number } {
  const width = file.width ?? WIDEST;
  const height = file.height ?? TALLEST;
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  return { width: Math.max(40, Math.round(width * scale)), height: Math.max(40, Math.round(height * scale)) };
}

/** Pictures side by side, then the other files as cards. */
export function MessageFiles({ files }: { files: readonly FileCard[] }) {
  const { float } = useRoomUi();
  const pictures = files.filter(isPicture);
  return (
    <>
      {pictures.length > 0 && (
        <div className={styles.pictures}>
          {pictures.map((file, at) => (
            <Picture key={file.fileId} file={file} onOpen={() => float({ kind: 'image', files: pictures, at })} />
          ))}
        </div>
      )}
      {files
        .filter((file) => !isPicture(file))
        .map((file) => (
          <FileLine key={file.fileId} file={file} />
        ))}
    </>
  );
}

function Picture({ file, onOpen }: { file: FileCard; onOpen: () => void }) {
  const { t } = useTranslation('chat');
  const { me } = useRoomUi();
  const [broken, setBroken] = useState(false);
  // Files are for people: who only passes by sees that there is one.
  const unseen = broken || me === undefined;
  const { width, height } = pictureSize(file);
  return (
    <button
      type="button"
      className={styles.picture}
      style={{ width, aspectRatio: `${width} / ${height}` }}
      onClick={onOpen}
      aria-label={unseen ? undefined : t('file.open', { name: file.name })}
      disabled={unseen}
    >
      {unseen ? (
        <span className={styles.missing}>
          <Icon name="image" />
          {me === undefined ? t('file.unseen') : file.name}
        </span>
      ) : (
        <img src={file.thumbnailUrl ?? file.url} alt="" width={width} height={height} decoding="async" onError={() => setBroken(true)} />
      )}
    </button>
  );
}

const extensionOf = (name: string): string => /\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toUpperCase() ?? '';

function FileLine({ file }: { file: FileCard }) {
  const { t } = useTranslation('chat');
  const format = useFormat();
  const kind = extensionOf(file.name);
  return (
    <div className={styles.file}>
      <span className={styles.sign}>
        <Icon name="file" />
      </span>
      <div className="grow">
        <p className={`trunc ${styles.fileName}`}>{file.name}</p>
        <p className="t12 dim num">{kind === '' ? format.bytes(file.bytes) : `${kind} · ${format.bytes(file.bytes)}`}</p>
      </div>
      <a className="iconb" href={file.url} download={file.name} aria-label={t('file.download', { name: file.name })} title={t('file.save')}>
        <Icon name="download" />
      </a>
    </div>
  );
}
