import clsx from 'clsx';
import { useState } from 'react';
import { Link } from 'react-router';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Ago } from '../../../ui/ago.tsx';
import { Time } from '../../../ui/time.tsx';
import { Views } from '../cards/video-facts.tsx';
import type { Video } from '../player/use-player.ts';
import { RichLines } from './rich-lines.tsx';
import styles from './watch.module.css';

interface DescriptionProps {
  video: Video;
  onSeek: (seconds: number) => void;
}

/** Longer than this is folded. */
const FOLD_LENGTH = 180;
const FOLD_LINES = 3;

export function Description({ video, onSeek }: DescriptionProps) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const { description, tags, publishedAt, views } = video;
  const long = description.length > FOLD_LENGTH || description.split('\n').length > FOLD_LINES;
  const [open, setOpen] = useState(false);
  return (
    <section className={styles.desc} aria-label={t('description.label')}>
      <p className="b6">
        {open ? <span className="num">{t('views', { count: views, n: format.number(views) })}</span> : <Views value={views} />}
        {publishedAt !== null && (
          <>
            {' · '}
            {open ? <Time at={publishedAt} as="date" /> : <Ago at={publishedAt} />}
          </>
        )}
        {tags.slice(0, open ? undefined : 3).map((tag) => (
          <Link key={tag} className={styles.tag} to={`/watch?tag=${encodeURIComponent(tag)}`}>
            #{tag}
          </Link>
        ))}
      </p>
      {description !== '' && (
        <div className={clsx(styles.descText, long && !open && styles.folded)}>
          <RichLines text={long && !open ? description.replaceAll(/\n\s*\n/g, '\n') : description} onSeek={onSeek} />
        </div>
      )}
      {long && (
        <button type="button" className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t('description.less') : t('description.more')}
        </button>
      )}
    </section>
  );
}
