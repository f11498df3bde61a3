import type { AdminZone } from '@madang/zones/contract';
import { useEffect, useRef } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage } from '../../shell/page.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Table } from '../../ui/surfaces.tsx';
import styles from './settings.module.css';
import { type Draft, type DraftPart, differing, draftOf } from './settings-draft.ts';

export interface ConflictProps {
  base: Draft;
  mine: Draft;
  /** What is there now, once it has been fetched. */
  theirs: AdminZone | undefined;
  busy: boolean;
  onCompare: () => Promise<void>;
  onMine: (theirs: AdminZone) => void;
  onTheirs: (theirs: AdminZone) => void;
}

/** Someone saved in between: what they changed beside what I would, and a choice. Nothing typed is lost meanwhile. */
export function Conflict({ base, mine, theirs, busy, onCompare, onMine, onTheirs }: ConflictProps) {
  const { t } = useTranslation('administration');
  const { locale } = usePage();
  const format = useFormat();
  const box = useRef<HTMLElement>(null);
  const compare = useRef(onCompare);
  useEffect(() => {
    box.current?.focus();
    void compare.current();
  }, []);
  const shown = (draft: Draft, part: DraftPart): string => {
    if (part === 'hue') return `${draft.hue}°`;
    if (part === 'features')
      return draft.features.length === 0 ? '–' : format.list(draft.features.map((feature) => t(`feature.${feature}`)));
    return draft[part][locale] || '–';
  };
  const their = theirs === undefined ? undefined : draftOf(theirs);
  const changed = their === undefined ? [] : [...new Set([...differing(base, their), ...differing(base, mine)])];
  return (
    <section className={styles.conflict} role="alert" ref={box} tabIndex={-1}>
      <h2 className="row">
        <Icon name="alert" size="s" />
        {t('conflict.title')}
      </h2>
      <p className="t13">{t('conflict.text')}</p>
      {their !== undefined && theirs !== undefined && (
        <>
          <Table label={t('conflict.title')}>
            <thead>
              <tr>
                <th scope="col">{t('conflict.what')}</th>
                <th scope="col">{t('conflict.before')}</th>
                <th scope="col">{t('conflict.theirs')}</th>
                <th scope="col">{t('conflict.mine')}</th>
              </tr>
            </thead>
            <tbody>
              {changed.map((part) => (
                <tr key={part}>
                  <th scope="row">{t(`settings.part.${part}`)}</th>
                  <td className="dim">{shown(base, part)}</td>
                  <td>
                    {differing(base, their).includes(part) ? (
                      <b>{shown(their, part)}</b>
                    ) : (
                      <span className="dim">{t('conflict.same')}</span>
                    )}
                  </td>
                  <td>
                    {differing(base, mine).includes(part) ? <b>{shown(mine, part)}</b> : <span className="dim">{t('conflict.same')}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
          <div className="row wrap">
            <Button kind="primary" busy={busy} onClick={() => onMine(theirs)}>
              {t('conflict.keep_mine')}
            </Button>
            <Button onClick={() => onTheirs(theirs)}>{t('conflict.take_theirs')}</Button>
          </div>
        </>
      )}
    </section>
  );
}
