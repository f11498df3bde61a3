import type { AdminZone } from '@madang/zones/contract';
import { useState } from 'react';
import { useEndpoint } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { ErrorState } from '../../ui/states.tsx';
import { Loading, Skeleton } from '../../ui/surfaces.tsx';
import { PageHead } from './page-head.tsx';
import { SettingsForm } from './settings-form.tsx';

export default function SettingsSection() {
  const { t } = useTranslation('administration');
  const zone = useEndpoint('GET /api/v1/admin/zone');
  return (
    <>
      <PageHead title={t('admin:section.settings')} text={t('settings.text')} />
      {zone.data !== undefined ? (
        <Begun zone={zone.data} />
      ) : zone.isError ? (
        <div className="card">
          <ErrorState title={t('settings.failed')} problem={zone.error} onRetry={() => void zone.refetch()} retrying={zone.isFetching} />
        </div>
      ) : (
        <Loading label={t('admin:section.settings')}>
          <Skeleton height={180} style={{ borderRadius: 12 }} />
          <Skeleton height={320} style={{ borderRadius: 12, marginTop: 20 }} />
        </Loading>
      )}
    </>
  );
}

/** A form begins with what the zone was then; answers that come while someone types do not change it under their hands. */
function Begun({ zone }: { zone: AdminZone }) {
  const [base, setBase] = useState(zone);
  return <SettingsForm base={base} onBase={setBase} />;
}
