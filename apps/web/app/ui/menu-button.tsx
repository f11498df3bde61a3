import { type ButtonHTMLAttributes, type ComponentType, type ReactNode, Suspense, use, useRef, useState } from 'react';
import type { MenuPanelProps } from './menu.tsx';

type Load = () => Promise<{ default: ComponentType<MenuPanelProps> }>;

/** Rendered once `loading` began; suspends (showing nothing) until the code is here. */
function Panel({ loading, ...props }: MenuPanelProps & { loading: ReturnType<Load> }) {
  const { default: Loaded } = use(loading);
  return <Loaded {...props} />;
}

/**
 * A button whose menu is loaded when a person comes near it, so that menus cost a first visit nothing.
 * `load` is an import of a module whose default export is a `MenuPanel`.
 */
export function MenuButton({ load, children, ...rest }: { load: Load; children: ReactNode } & ButtonHTMLAttributes<HTMLButtonElement>) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [loading, setLoading] = useState<ReturnType<Load>>();
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
          <Panel loading={loading} anchor={anchor} open={open} onOpenChange={setOpen} />
        </Suspense>
      )}
    </>
  );
}
