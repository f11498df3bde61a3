import type { AdminZone } from '@madang/zones/contract';
import { useEndpoint } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { ErrorState } from '../../ui/states.tsx';
import { Loading, Skeleton } from '../../ui/surfaces.tsx';
import { LimitsFacts } from './limits-facts.tsx';
import { LimitsForm } from './limits-form.tsx';
import { PageHead } from './page-head.tsx';

/** An operator may set limits without holding the zone's settings: they find the zone in the city's list. */
function useZone(): { zone: AdminZone | undefined; error: unknown; fetching: boolean; refetch: () => void } {
  const page = usePage();
  const own = mayDo(page.person, 'zone:read');
  const single = useEndpoint('GET /api/v1/admin/zone', { enabled: own });
  const every = useEndpoint('GET /api/v1/admin/zones', { enabled: !own });
  const used = own ? single : every;
  return {
    zone: own ? single.data : every.data?.items.find((one) => one.id === page.zone.id),
    error: used.error,
    fetching: used.isFetching,
    refetch: () => void used.refetch(),
  };
}

export default function LimitsSection() {
  const { t } = useTranslation('administration');
  const { person } = usePage();
  const { zone, error, fetching, refetch } = useZone();
  const may = mayDo(person, 'zone-limits:update');
  return (
    <>
      <PageHead title={t('admin:section.limits')} text={may ? t('limits.text') : t('limits.text_read_only')} />
      {zone !== undefined ? (
        may ? (
          <LimitsForm key={zone.version} zone={zone} onStale={refetch} />
        ) : (
          <LimitsFacts zone={zone} />
        )
      ) : error ? (
        <div className="card">
          <ErrorState title={t('limits.failed')} problem={error} onRetry={refetch} retrying={fetching} />
        </div>
      ) : (
        <Loading label={t('admin:section.limits')}>
          <Skeleton height={120} style={{ borderRadius: 12 }} />
        </Loading>
      )}
    </>
  );
}
