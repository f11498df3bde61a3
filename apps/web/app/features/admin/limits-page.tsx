import type { AdminZone } from '@madang/zones/contract';
import type { MetaDescriptor } from 'react-router';
import { useEndpoint } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { ErrorState } from '../../ui/states.tsx';
import { Loading, Skeleton } from '../../ui/surfaces.tsx';
import type { Route } from './+types/limits-page';
import { adminMeta } from './admin-meta.ts';
import { LimitsFacts } from './limits-facts.tsx';
import { LimitsForm } from './limits-form.tsx';
import { PageHead } from './page-head.tsx';

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return adminMeta(matches, 'limits', '/admin/limits');
}

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

export default function LimitsPage() {
  const { t } = useTranslation('admin');
  const { person } = usePage();
  const { zone, error, fetching, refetch } = useZone();
  const may = mayDo(person, 'zone-limits:update');
  return (
    <>
      <PageHead title={t('section.limits')} text={may ? t('limits.text') : t('limits.text_read_only')} />
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
        <Loading label={t('section.limits')}>
          <Skeleton height={120} style={{ borderRadius: 12 }} />
        </Loading>
      )}
    </>
  );
}
