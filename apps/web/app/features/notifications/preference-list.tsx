import { useState } from 'react';
import { api } from '../../api/browser.ts';
import type { Output } from '../../api/endpoints.ts';
import type { Attempt } from '../../api/load.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useReload } from '../../shell/page.ts';
import { useRefusal } from '../../ui/complaint.tsx';
import { Switch } from '../../ui/field.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.ts';

/** Kinds, each switched at once; a switch that was refused goes back. */
export function PreferenceList({ loaded }: { loaded: Attempt<Output<'GET /api/v1/notifications/preferences'>> }) {
  const { t } = useTranslation('notifications');
  const refusal = useRefusal();
  const reload = useReload();
  const [chosen, setChosen] = useState<Readonly<Record<string, boolean>>>({});
  if (!loaded.ok) return <ErrorState title={t('preferences.failed')} problem={loaded.problem} onRetry={() => void reload()} />;
  if (loaded.body.items.length === 0) return <EmptyState title={t('preferences.none')} />;
  const change = async (kind: string, on: boolean): Promise<void> => {
    setChosen((before) => ({ ...before, [kind]: on }));
    try {
      await api('PUT /api/v1/notifications/preferences/:kind', { params: { kind }, body: { on } });
    } catch (error) {
      setChosen((before) => ({ ...before, [kind]: !on }));
      toast({ text: refusal(error), urgent: true });
    }
  };
  return loaded.body.items.map(({ kind, label, on }) => (
    <Switch key={kind} label={label} checked={chosen[kind] ?? on} onChange={(event) => void change(kind, event.currentTarget.checked)} />
  ));
}
