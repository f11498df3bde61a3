import { Link } from 'react-router';
import type { Output } from '../../../api/endpoints.ts';
import type { Tree } from '../../../i18n/translator.ts';
import { TranslatorContext, useTranslation } from '../../../i18n/use-translation.ts';
import { Icon } from '../../../ui/icon.tsx';
import styles from '../cards/cards.module.css';
import { VideoCard } from '../cards/video-card.tsx';
import { useWithWords } from '../with-words.ts';

type Films = Output<'GET /api/v1/videos'>['items'];

/** The newest films, for a page that is not about films; it brings their words. */
export default function LatestFilms({ items, words }: { items: Films; words: Tree }) {
  return (
    <TranslatorContext value={useWithWords(words)}>
      <Films items={items} />
    </TranslatorContext>
  );
}

function Films({ items }: { items: Films }) {
  const { t } = useTranslation('watch');
  return (
    <section className={styles.latest}>
      <header className="row">
        <h2 className="grow">{t('home.newest')}</h2>
        <Link to="/watch" prefetch="intent" className="row t13">
          {t('home.see_all')}
          <Icon name="chevron-right" size="s" />
        </Link>
      </header>
      <ul className={styles.grid}>
        {items.map((video) => (
          <li key={video.id}>
            <VideoCard video={video} />
          </li>
        ))}
      </ul>
    </section>
  );
}
