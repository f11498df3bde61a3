import { useTranslation } from '../../i18n/use-translation.ts';
import styles from './admin.module.css';
import { PageHead } from './page-head.tsx';
import { RowSkeletons } from './row-skeletons.tsx';
import type { Section } from './sections.ts';

/** The title and the rows to come, while a section's own code is on its way: the shell does not wait for it. */
export function SectionSkeleton({ section }: { section: Section['name'] }) {
  const { t } = useTranslation('admin');
  const title = t(`section.${section}`);
  return (
    <>
      <PageHead title={title} />
      <div className={`card ${styles.table}`}>
        <RowSkeletons label={title} rows={8} round={section === 'members'} />
      </div>
    </>
  );
}
