import { appContext } from '@madang/kernel/web';
import { attempt } from '../../api/load.ts';
import { pageMeta, pageOf } from '../../shell/page-meta.ts';
import { readWords } from '../video/with-words.ts';
import type { Route } from './+types/home-page';
import { CityHome } from './city-home.tsx';
import { readDemoPeople } from './demo-people.ts';
import { ZoneHome } from './zone-home.tsx';

/** A row of them on a wide screen. */
const FILMS = 4;

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
  const [city, rooms, films] = await Promise.all([
    attempt(context, 'GET /api/v1/city'),
    app.zone.features.includes('rooms') ? attempt(context, 'GET /api/v1/rooms', { query: { limit: 8 } }) : null,
    app.zone.features.includes('video') ? attempt(context, 'GET /api/v1/videos', { query: { limit: FILMS } }) : null,
  ]);
  const newest = films?.ok ? films.body.items : [];
  return {
    kind: 'zone' as const,
    online: city.ok ? (city.body.items.find((zone) => zone.id === app.zone.id)?.online ?? null) : null,
    rooms,
    films: newest.length === 0 ? null : { items: newest, words: await readWords(app.locale) },
  };
}

export default function HomePage({ loaderData }: Route.ComponentProps) {
  return loaderData.kind === 'city' ? <CityHome {...loaderData} /> : <ZoneHome {...loaderData} />;
}
