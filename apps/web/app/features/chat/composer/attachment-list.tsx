import { useFormat } from '../../../i18n/format.ts';
import { IconButton } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Progress } from '../../../ui/surfaces.tsx';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './composer.module.css';
import type { Attachments } from './use-attachments.ts';

export function AttachmentList({ attachments }: { attachments: Attachments }) {
  const { t } = useMoreWords();
  const format = useFormat();
  return (
    <ul className={styles.files} aria-label={t('file.list')}>
      {attachments.list.map(({ key, file, preview, done, card, problem }) => (
        <li key={key} className={styles.file}>
          {preview === undefined ? (
            <span className={styles.sign}>
              <Icon name="file" size="s" />
            </span>
          ) : (
            <img className={styles.sign} src={preview} alt="" />
          )}
          <div className="grow">
            <p className="trunc">{file.name}</p>
            {problem !== undefined ? (
              <p className={styles.problem} role="alert">
                {problem}
              </p>
            ) : card === undefined ? (
              <Progress value={done} label={file.name} />
            ) : (
              <p className="dim num">{format.bytes(card.bytes)}</p>
            )}
          </div>
          {problem !== undefined ? (
            <IconButton icon="refresh" size="s" label={t('file.again', { name: file.name })} onClick={() => attachments.again(key)} />
          ) : (
            card === undefined && <span className="num dim">{format.percent(done)}</span>
          )}
          <IconButton icon="close" size="s" label={t('file.remove', { name: file.name })} onClick={() => attachments.remove(key)} />
        </li>
      ))}
    </ul>
  );
}
