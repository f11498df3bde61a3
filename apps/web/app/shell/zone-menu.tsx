import { useEndpoint } from '../api/use-endpoint.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { OnlineCount } from '../ui/badge.tsx';
import { ZoneMark } from '../ui/mark.tsx';
import { MenuItem, MenuLine, MenuLink, MenuPanel, type MenuPanelProps } from '../ui/menu.tsx';
import { Skeleton } from '../ui/surfaces.tsx';
import { usePage, useText } from './page.ts';

/** Every open zone, the portal first. Each lives at its own origin. */
export default function ZoneMenu(props: MenuPanelProps) {
  const { t } = useTranslation('shell');
  const text = useText();
  const { zone } = usePage();
  const city = useEndpoint('GET /api/v1/city', { enabled: props.open });
  const zones = city.data?.items.toSorted((a, b) => Number(b.portal) - Number(a.portal)) ?? [];
  return (
    <MenuPanel {...props} label={t('switch_zone')}>
      {zones.map((one) => (
        <div key={one.id}>
          <MenuLink
            href={one.origin}
            className="zone"
            style={{ '--zone-hue': one.hue }}
            current={one.id === zone.id}
            end={<OnlineCount value={one.online} />}
          >
            <ZoneMark zoneId={one.id} />
            <span className="trunc">{text(one.names)}</span>
          </MenuLink>
          {one.portal && <MenuLine />}
        </div>
      ))}
      {city.isPending && Array.from({ length: 6 }, (_, at) => <Skeleton key={String(at)} height={28} style={{ margin: 4 }} />)}
      {city.isError && (
        <MenuItem icon="refresh" closeOnClick={false} onClick={() => void city.refetch()}>
          {t('zones_failed')}
        </MenuItem>
      )}
    </MenuPanel>
  );
}
