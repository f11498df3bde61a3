import { type InputHTMLAttributes, type ReactNode, type Ref, useId, useState } from 'react';
import { useTranslation } from '../i18n/use-translation.ts';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';

interface FieldWords {
  label: ReactNode;
  help?: ReactNode;
  /** What is wrong and how to mend it; shown in place of the help. */
  error?: ReactNode;
}
interface ControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

/** Label, control, help or error, tied together for screen readers. */
export function Field({ label, help, error, children }: FieldWords & { children: (control: ControlProps) => ReactNode }) {
  const id = useId();
  const note = error ? `${id}-error` : help ? `${id}-help` : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': note, 'aria-invalid': error ? true : undefined })}
      {error ? (
        <span className="err" id={note}>
          <Icon name="alert" size="s" />
          {error}
        </span>
      ) : (
        help && (
          <span className="help" id={note}>
            {help}
          </span>
        )
      )}
    </div>
  );
}

export type TextFieldProps = FieldWords & Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> & { ref?: Ref<HTMLInputElement> };

export function TextField({ label, help, error, ...input }: TextFieldProps) {
  return (
    <Field label={label} help={help} error={error}>
      {(control) => <input className="in" {...input} {...control} />}
    </Field>
  );
}

/** Shows what was typed on request: better than asking for it twice. */
export function PasswordField({ label, help, error, ...input }: TextFieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} help={help} error={error}>
      {(control) => (
        <div className="in-wrap">
          <input className="in" {...input} {...control} type={shown ? 'text' : 'password'} />
          <IconButton icon="eye" label={t('field.show_password')} aria-pressed={shown} onClick={() => setShown(!shown)} />
        </div>
      )}
    </Field>
  );
}

type OptionProps = { label: ReactNode } & Omit<InputHTMLAttributes<HTMLInputElement>, 'type' | 'className'>;

/** Takes effect at once. */
export function Switch({ label, ...input }: OptionProps) {
  return (
    <label className="option">
      {/* biome-ignore lint/a11y/useAriaPropsForRole: a checkbox brings its own checked state to the role */}
      <input {...input} type="checkbox" role="switch" className="switch" />
      <span>{label}</span>
    </label>
  );
}

/** Takes effect with its form. */
export function Checkbox({ label, ...input }: OptionProps) {
  return (
    <label className="option">
      <input {...input} type="checkbox" className="check" />
      <span>{label}</span>
    </label>
  );
}
