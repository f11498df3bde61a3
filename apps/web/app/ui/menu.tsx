import { Menu as Base } from '@base-ui/react/menu';
import clsx from 'clsx';
import type { ComponentProps, ReactElement, ReactNode, RefObject } from 'react';
import { Link } from 'react-router';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-names.ts';

type Align = 'start' | 'center' | 'end';

function Surface({
  align,
  anchor,
  label,
  children,
}: {
  align: Align;
  anchor?: RefObject<HTMLElement | null>;
  label?: string;
  children: ReactNode;
}) {
  return (
    <Base.Portal>
      <Base.Positioner className="menu-at" sideOffset={4} align={align} anchor={anchor} collisionPadding={8}>
        <Base.Popup className="menu" finalFocus={anchor} aria-label={label}>
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

/** A menu under its own trigger, any button element. */
export function Menu({ trigger, align = 'start', children }: { trigger: ReactElement; align?: Align; children: ReactNode }) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Surface align={align}>{children}</Surface>
    </Base.Root>
  );
}

/** What `MenuButton` hands to the panel it loads. */
export interface MenuPanelProps {
  anchor: RefObject<HTMLElement | null>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** The menu of a `MenuButton`. */
export function MenuPanel({
  anchor,
  open,
  onOpenChange,
  align = 'start',
  label,
  children,
}: MenuPanelProps & { align?: Align; label: string; children: ReactNode }) {
  return (
    <Base.Root
      modal={false}
      open={open}
      onOpenChange={(next, details) => {
        // A press on the button itself is the button's to answer.
        const target = details.event.target;
        if (!next && details.reason === 'outside-press' && target instanceof Node && anchor.current?.contains(target)) return;
        onOpenChange(next);
      }}
    >
      <Surface align={align} anchor={anchor} label={label}>
        {children}
      </Surface>
    </Base.Root>
  );
}

interface ItemLook {
  icon?: IconName;
  /** At the far end: a key, a count. */
  end?: ReactNode;
  danger?: boolean;
}

export function MenuItem({ icon, end, danger = false, className, children, ...rest }: ItemLook & ComponentProps<typeof Base.Item>) {
  return (
    <Base.Item {...rest} className={clsx('menu-item', danger && 'bad', className)}>
      {icon && <Icon name={icon} size="s" />}
      {children}
      {end !== undefined && <span className="end">{end}</span>}
    </Base.Item>
  );
}

/** Goes to a page of this zone (`to`) or to another origin (`href`). */
export function MenuLink({
  to,
  href,
  icon,
  end,
  current = false,
  children,
  ...rest
}: ItemLook & { to?: string; href?: string; current?: boolean; children: ReactNode } & Pick<
    ComponentProps<typeof Base.LinkItem>,
    'style' | 'className'
  >) {
  // biome-ignore lint/a11y/useAnchorContent: Base UI puts the item's content inside
  const link = to === undefined ? <a href={href} /> : <Link to={to} />;
  return (
    <Base.LinkItem
      {...rest}
      closeOnClick
      render={link}
      className={clsx('menu-item', rest.className)}
      aria-current={current ? 'true' : undefined}
    >
      {icon && <Icon name={icon} size="s" />}
      {children}
      {end !== undefined && <span className="end">{end}</span>}
    </Base.LinkItem>
  );
}

export function MenuRadios<Value extends string>({
  value,
  options,
  onChange,
}: {
  value: Value;
  options: readonly { value: Value; label: string; icon?: IconName; lang?: string }[];
  onChange: (value: Value) => void;
}) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next: Value) => onChange(next)}>
      {options.map((option) => (
        <Base.RadioItem key={option.value} value={option.value} closeOnClick className="menu-item" lang={option.lang}>
          {option.icon && <Icon name={option.icon} size="s" />}
          {option.label}
          <Base.RadioItemIndicator className="end">
            <Icon name="check" size="s" />
          </Base.RadioItemIndicator>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className="menu-label">{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

export function MenuLine() {
  return <Base.Separator className="menu-line" />;
}
