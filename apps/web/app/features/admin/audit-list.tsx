import type { AuditLog } from '@madang/audit/contract';
import clsx from 'clsx';
import type { Values } from '../../i18n/catalogues.ts';
import { useFormat } from '../../i18n/format.ts';
import { RichText } from '../../i18n/rich-text.tsx';
import { useTranslation } from '../../i18n/use-translation.ts';
import { Icon } from '../../ui/icon.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './audit.module.css';
import { namesWanted, type Part, type Sentence, sentenceOf } from './audit-sentence.ts';
import { type KnownNames, useKnownNames } from './known-names.ts';

/** `user_01m7z4q7y3adgr31hs9ae3zpjt` → `user_…3zpjt`: enough to tell two apart. */
const short = (id: string): string => id.replace(/^([a-z]+_).{8,}(.{5})$/, '$1…$2');
/** A name must not open a mark of the sentence it stands in. */
const plain = (words: string): string => words.replaceAll('<', '‹');

/** Puts a sentence into the reader's words. Marks (`<b>`) are left for `RichText`. */
export function useAuditWords(names: KnownNames): (sentence: Sentence) => string {
  const { t } = useTranslation('administration');
  const { t: shell } = useTranslation('shell');
  const wordOf = (part: Part): string | number => {
    switch (part.kind) {
      case 'count':
        return part.count;
      case 'text':
        return plain(part.text);
      case 'role':
        return part.word === '' ? '' : shell(`role.${part.word}` as 'role.student');
      case 'refusal':
        return plain(t(`audit.refusal.${part.word === 'suspended' || part.word === 'locked_out' ? part.word : 'wrong'}`));
      case 'person':
        return part.id === null ? t('audit.someone') : plain(names.person(part.id)?.name ?? short(part.id));
      case 'room':
        return plain((part.id === null ? undefined : names.room(part.id)) ?? t('audit.a_room'));
      case 'organization':
        return plain((part.id === null ? undefined : names.organization(part.id)) ?? t('audit.an_organization'));
    }
  };
  return (sentence) => {
    const values: Values = Object.fromEntries(Object.entries(sentence.parts).map(([hole, part]) => [hole, wordOf(part)]));
    return t(`audit.says.${sentence.key}`, values);
  };
}

const marked = { b: (inner: string) => <b>{inner}</b>, code: (inner: string) => <b className="mono">{inner}</b> };

/** Rows of the log in plain words, newest first, under the days they belong to. */
export function AuditList({ rows, days = false, onOpen }: { rows: readonly AuditLog[]; days?: boolean; onOpen?: (row: AuditLog) => void }) {
  const words = useAuditWords(useKnownNames(namesWanted(rows)));
  const format = useFormat();
  const day = (row: AuditLog): string => format.date(new Date(row.at));
  return (
    <ol className={styles.log}>
      {rows.map((row, at) => {
        const before = rows[at - 1];
        const opens = days && (before === undefined || day(before) !== day(row));
        return (
          <li key={row.id}>
            {opens && <h3 className={styles.day}>{day(row)}</h3>}
            <AuditRow row={row} words={words} onOpen={onOpen} />
          </li>
        );
      })}
    </ol>
  );
}

function AuditRow({ row, words, onOpen }: { row: AuditLog; words: (sentence: Sentence) => string; onOpen?: (row: AuditLog) => void }) {
  const sentence = sentenceOf(row);
  const line = (
    <>
      <span className={clsx(styles.sign, sentence.bad && styles.bad)}>
        <Icon name={sentence.icon} size="s" />
      </span>
      <span className={`mut num ${styles.time}`}>
        <Time at={row.at} />
      </span>
      <span className={styles.says}>
        <RichText text={words(sentence)} parts={marked} />
      </span>
      <code className={clsx('mono', styles.action, sentence.bad && styles.badText)}>
        {row.resourceType}:{row.action}
      </code>
    </>
  );
  if (onOpen === undefined) return <div className={styles.row}>{line}</div>;
  return (
    <button type="button" className={styles.row} aria-haspopup="dialog" onClick={() => onOpen(row)}>
      {line}
    </button>
  );
}
