import { appContext } from '@madang/kernel/web';
import { attempt } from '../../api/load.ts';
import { pageMeta, pageOf } from '../../shell/page-meta.ts';
import type { Route } from './+types/home-page';
import { CityHome } from './city-home.tsx';
import { readDemoPeople } from './demo-people.ts';
import { ZoneHome } from './zone-home.tsx';

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return page && pageMeta(page, { path: '/' });
}

/** The portal's courtyard, or a zone's own home. Each part comes as an attempt: one that fails leaves the others standing. */
export async function loader({ context }: Route.LoaderArgs) {
  const app = context.get(appContext);
  if (app.zone.portal) {
    const [city, demo] = await Promise.all([attempt(context, 'GET /api/v1/city'), app.demo ? readDemoPeople(app) : []]);
    return { kind: 'city' as const, city, demo };
  }
  const [city, rooms] = await Promise.all([
    attempt(context, 'GET /api/v1/city'),
    app.zone.features.includes('rooms') ? attempt(context, 'GET /api/v1/rooms', { query: { limit: 8 } }) : null,
  ]);
  return {
    kind: 'zone' as const,
    online: city.ok ? (city.body.items.find((zone) => zone.id === app.zone.id)?.online ?? null) : null,
    rooms,
  };
}

export default function HomePage({ loaderData }: Route.ComponentProps) {
  return loaderData.kind === 'city' ? <CityHome {...loaderData} /> : <ZoneHome {...loaderData} />;
}
