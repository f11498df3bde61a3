import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Field } from '../../../ui/field.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { addTags, TAGS_MOST } from '../engine/details-draft.ts';
import styles from './video.module.css';

/** Words to be found by: Enter or a comma makes one of what is typed, Backspace takes the last back. */
export function TagsField({
  tags,
  onChange,
  error,
}: {
  tags: readonly string[];
  onChange: (tags: readonly string[]) => void;
  error?: string;
}) {
  const { t } = useTranslation('studioPages');
  const [typed, setTyped] = useState('');
  const full = tags.length >= TAGS_MOST;
  const take = (text: string) => {
    const next = addTags(tags, text);
    if (next.length !== tags.length) onChange(next);
    setTyped('');
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return; // Enter that ends a Hangul syllable makes no tag
    if (event.key === 'Enter') {
      event.preventDefault();
      take(typed);
    } else if (event.key === 'Backspace' && typed === '' && tags.length > 0) onChange(tags.slice(0, -1));
  };
  return (
    <Field label={t('details.tags')} help={full ? t('details.tags_full', { count: TAGS_MOST }) : t('details.tags_help')} error={error}>
      {(control) => (
        <div className={`in ${styles.tags}`}>
          {tags.map((tag) => (
            <span key={tag} className={styles.tag}>
              {tag}
              <button
                type="button"
                aria-label={t('details.tag_remove', { tag })}
                onClick={() => onChange(tags.filter((one) => one !== tag))}
              >
                <Icon name="close" size="s" />
              </button>
            </span>
          ))}
          <input
            {...control}
            value={typed}
            disabled={full}
            placeholder={tags.length === 0 ? t('details.tags_example') : undefined}
            onChange={(event) => (/[,，、\n]/.test(event.target.value) ? take(event.target.value) : setTyped(event.target.value))}
            onKeyDown={onKeyDown}
            onBlur={() => take(typed)}
          />
        </div>
      )}
    </Field>
  );
}
