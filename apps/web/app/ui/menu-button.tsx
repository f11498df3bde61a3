import { type ButtonHTMLAttributes, type ComponentType, type ReactNode, Suspense, use, useRef, useState } from 'react';
import type { MenuPanelProps } from './menu.tsx';

type Loading<Extra> = Promise<{ default: ComponentType<MenuPanelProps & Extra> }>;

/** Rendered once `loading` began; suspends (showing nothing) until the code is here. */
function Panel<Extra extends object>({ loading, panel, ...props }: MenuPanelProps & { loading: Loading<Extra>; panel: Extra }) {
  const { default: Loaded } = use(loading);
  return <Loaded {...panel} {...props} />;
}

export interface MenuButtonProps<Extra extends object> extends ButtonHTMLAttributes<HTMLButtonElement> {
  load: () => Loading<Extra>;
  /** What the panel is to be about, for menus that stand beside many things. */
  panel?: Extra;
  children: ReactNode;
}

/**
 * A button whose menu is loaded when a person comes near it, so that menus cost a first visit nothing.
 * `load` is an import of a module whose default export is a `MenuPanel`.
 */
export function MenuButton<Extra extends object = object>({ load, panel, children, ...rest }: MenuButtonProps<Extra>) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [loading, setLoading] = useState<Loading<Extra>>();
  const warm = () => {
    if (loading !== undefined) return;
    const started = load();
    setLoading(started);
    started.catch(() => {
      setLoading(undefined);
      setOpen(false);
    });
  };
  return (
    <>
      <button
        type="button"
        {...rest}
        ref={anchor}
        aria-haspopup="menu"
        aria-expanded={open}
        onPointerEnter={warm}
        onFocus={warm}
        onClick={() => {
          warm();
          setOpen(!open);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          warm();
          setOpen(true);
        }}
      >
        {children}
      </button>
      {loading !== undefined && (
        <Suspense>
          <Panel loading={loading} panel={panel ?? ({} as Extra)} anchor={anchor} open={open} onOpenChange={setOpen} />
        </Suspense>
      )}
    </>
  );
}
