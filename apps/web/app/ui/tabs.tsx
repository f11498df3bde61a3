import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

export interface TabOption {
  readonly value: string;
  readonly label: ReactNode;
  readonly panel: ReactNode;
}

/** Panes of one page that need no address of their own; otherwise `TabLinks`. */
export function Tabs({
  label,
  tabs,
  value,
  onChange,
}: {
  label: string;
  tabs: readonly TabOption[];
  value?: string;
  onChange?: (value: string) => void;
}) {
  return (
    <Base.Root value={value} defaultValue={tabs[0]?.value} onValueChange={(next: string) => onChange?.(next)}>
      <Base.List className="tabs" aria-label={label}>
        {tabs.map((tab) => (
          <Base.Tab key={tab.value} value={tab.value}>
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value}>
          {tab.panel}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
