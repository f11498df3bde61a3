import { type ReactNode, useRef, useState } from 'react';
import { Field } from './field.tsx';
import { Icon } from './icon.tsx';
import type { SelectBegin, SelectFieldProps } from './select.tsx';

type GenericSelect = <Value extends string>(props: SelectFieldProps<Value>) => ReactNode;

/**
 * A `SelectField` whose list is loaded when a person comes near it, so that a page with a choice on it costs a first visit no more
 * than one without. Until then it is a button that looks the same and says what is chosen; a press on it is not lost.
 */
export function LazySelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const [Select, setSelect] = useState<GenericSelect>();
  const [begin, setBegin] = useState<SelectBegin>('still');
  const loading = useRef<Promise<GenericSelect>>(undefined);
  const pressed = useRef(false);

  function load(): void {
    loading.current ??= import('./select.tsx').then(({ SelectField }) => SelectField);
    loading.current.then(swap, () => {
      loading.current = undefined;
    });
  }
  // Not under a finger that is down: its click would fall on nothing.
  const swap = (loaded: GenericSelect) => {
    if (!pressed.current) setSelect(() => loaded);
  };
  const near = (how: SelectBegin) => {
    setBegin((before) => (before === 'open' || how === 'still' ? before : how));
    load();
  };
  const release = () => {
    pressed.current = false;
  };
  if (Select !== undefined) return <Select {...props} begin={begin} />;
  const { label, help, error, value, options, disabled } = props;
  return (
    <Field label={label} help={help} error={error}>
      {(control) => (
        <button
          type="button"
          className="in select"
          {...control}
          role="combobox"
          aria-label={label}
          aria-haspopup="listbox"
          aria-expanded="false"
          aria-controls={`${control.id}-list`}
          disabled={disabled}
          onPointerEnter={() => near('still')}
          onPointerDown={() => {
            pressed.current = true;
          }}
          onPointerCancel={release}
          onPointerLeave={release}
          onFocus={() => near('focus')}
          onClick={() => {
            release();
            near('open');
          }}
        >
          <span className="trunc">{options.find((option) => option.value === value)?.label}</span>
          <Icon name="chevron-down" size="s" />
        </button>
      )}
    </Field>
  );
}
