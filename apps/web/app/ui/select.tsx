import { Select as Base } from '@base-ui/react/select';
import { Field } from './field.tsx';
import { Icon } from './icon.tsx';

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

/** How it comes onto the page: as it is, with the focus, or open. `LazySelectField` takes over from its stand-in with it. */
export type SelectBegin = 'still' | 'focus' | 'open';

export interface SelectFieldProps<Value extends string> {
  label: string;
  help?: string;
  error?: string;
  name?: string;
  value: Value;
  options: readonly SelectOption<Value>[];
  disabled?: boolean;
  begin?: SelectBegin;
  onChange: (value: Value) => void;
}

export function SelectField<Value extends string>({
  label,
  help,
  error,
  name,
  value,
  options,
  disabled,
  begin = 'still',
  onChange,
}: SelectFieldProps<Value>) {
  return (
    <Field label={label} help={help} error={error}>
      {(control) => (
        <Base.Root
          items={[...options]}
          name={name}
          value={value}
          disabled={disabled}
          defaultOpen={begin === 'open'}
          onValueChange={(next) => next !== null && onChange(next as Value)}
        >
          <Base.Trigger className="in select" {...control} aria-label={label} autoFocus={begin !== 'still'}>
            <Base.Value />
            <Icon name="chevron-down" size="s" />
          </Base.Trigger>
          <Base.Portal>
            <Base.Positioner className="menu-at" sideOffset={4} alignItemWithTrigger={false}>
              <Base.Popup className="menu" style={{ minWidth: 'var(--anchor-width)' }}>
                {options.map((option) => (
                  <Base.Item key={option.value} value={option.value} className="menu-item">
                    <Base.ItemText>{option.label}</Base.ItemText>
                    <Base.ItemIndicator className="end">
                      <Icon name="check" size="s" />
                    </Base.ItemIndicator>
                  </Base.Item>
                ))}
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.Root>
      )}
    </Field>
  );
}
