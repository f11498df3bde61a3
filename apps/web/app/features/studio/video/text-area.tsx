import type { TextareaHTMLAttributes } from 'react';
import { useFormat } from '../../../i18n/format.ts';
import { Field } from '../../../ui/field.tsx';
import styles from '../layout/studio.module.css';

type Props = { label: string; error?: string; value: string; maxLength: number; onText: (text: string) => void; single?: boolean } & Omit<
  TextareaHTMLAttributes<HTMLTextAreaElement>,
  'value' | 'onChange'
>;

/** Text that says how much room it has left, once there is little. `single` takes no line breaks and grows with its words. */
export function TextArea({ label, error, value, maxLength, onText, single = false, rows = 3, ...rest }: Props) {
  const format = useFormat();
  return (
    <div>
      <Field label={label} error={error}>
        {(control) =>
          single ? (
            <input className="in" {...control} value={value} maxLength={maxLength} onChange={(event) => onText(event.target.value)} />
          ) : (
            <textarea
              className="in"
              {...rest}
              {...control}
              rows={rows}
              value={value}
              maxLength={maxLength}
              onChange={(event) => onText(event.target.value)}
            />
          )
        }
      </Field>
      {(single || value.length > maxLength * 0.8) && (
        <div className={styles.counter} aria-hidden="true">
          {format.number([...value].length)} / {format.number(maxLength)}
        </div>
      )}
    </div>
  );
}
