import type { Video } from '@madang/video/contract';
import { type ReactNode, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { ButtonLink } from '../../../ui/button.tsx';
import { Switch } from '../../../ui/field.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { LazySelectField } from '../../../ui/lazy-select.tsx';
import { CATEGORY_CHOICES, SPOKEN } from '../engine/categories.ts';
import { DESCRIPTION_MOST, TITLE_MOST } from '../engine/details-draft.ts';
import { analyticsPath } from '../layout/places.ts';
import styles from '../layout/studio.module.css';
import { StudioHead } from '../layout/studio-head.tsx';
import { Audience } from './audience.tsx';
import { CaptionsPart } from './captions-part.tsx';
import { FilePart } from './file-part.tsx';
import { PreviewCard } from './preview-card.tsx';
import { SavedMark } from './saved-mark.tsx';
import { TagsField } from './tags-field.tsx';
import { TextArea } from './text-area.tsx';
import { ThumbnailPart } from './thumbnail-part.tsx';
import { useDetails } from './use-details.ts';
import { useVideo } from './use-video.ts';

/** One video: what it is called, looks like, says in captions, and who may see it. */
export default function VideoSection({ loaded, above }: { loaded: Video; above: ReactNode }) {
  const { t } = useTranslation('studioPages');
  const state = useVideo(loaded.id, { initial: loaded });
  const video = state.video ?? loaded;
  const status = state.status ?? video.status;
  const details = useDetails(video);
  return (
    <>
      <StudioHead title={details.mine.title.trim() === '' ? video.title : details.mine.title} above={above}>
        <ButtonLink to={analyticsPath(video.id)}>
          <Icon name="lines" size="s" />
          {t('studio:section.analytics')}
        </ButtonLink>
      </StudioHead>
      <div className={styles.columns}>
        <div className={styles.stack}>
          <DetailsPart details={details} />
          <ThumbnailPart video={video} />
          <CaptionsPart video={video} />
          <FilePart video={video} />
        </div>
        <div className={`${styles.stack} ${styles.side}`}>
          <PreviewCard video={video} status={status} progress={state.progress ?? video.progress} failure={state.failure ?? null} />
          <section className={`card ${styles.part}`}>
            <Audience video={video} before={details.flush} />
          </section>
        </div>
      </div>
    </>
  );
}

function DetailsPart({ details: { mine, set, state, problem } }: { details: ReturnType<typeof useDetails> }) {
  const { t } = useTranslation('studioPages');
  const { locale } = usePage();
  const [names] = useState(() => new Intl.DisplayNames(locale, { type: 'language' }));
  const spoken = mine.language === '' || (SPOKEN as readonly string[]).includes(mine.language) ? SPOKEN : [...SPOKEN, mine.language];
  return (
    <section className={`card ${styles.part}`}>
      <div className={styles.partHead}>
        <h2 className="grow">{t('details.title')}</h2>
        <SavedMark state={state} />
      </div>
      <div className={styles.form}>
        <TextArea
          single
          label={t('details.name')}
          value={mine.title}
          maxLength={TITLE_MOST}
          error={mine.title.trim() === '' ? t('details.name_needed') : problem?.field('title')}
          onText={(title) => set({ title })}
        />
        <TextArea
          label={t('details.about')}
          rows={6}
          value={mine.description}
          maxLength={DESCRIPTION_MOST}
          error={problem?.field('description')}
          onText={(description) => set({ description })}
        />
        <TagsField tags={mine.tags} onChange={(tags) => set({ tags })} error={problem?.field('tags')} />
        <div className={styles.pair}>
          <LazySelectField
            label={t('details.category')}
            value={mine.category}
            options={CATEGORY_CHOICES.map((value) => ({ value, label: t(`category.${value}`) }))}
            onChange={(category) => set({ category }, 'now')}
          />
          <LazySelectField
            label={t('details.language')}
            value={mine.language === '' ? 'none' : mine.language}
            options={[
              { value: 'none', label: t('details.no_language') },
              ...spoken.map((value) => ({ value: value as string, label: names.of(value) ?? value })),
            ]}
            onChange={(language) => set({ language: language === 'none' ? '' : language }, 'now')}
          />
        </div>
        <Switch
          label={t('details.comments')}
          checked={mine.commentsOpen}
          onChange={(event) => set({ commentsOpen: event.target.checked }, 'now')}
        />
      </div>
    </section>
  );
}
