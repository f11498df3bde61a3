import {
  type AnyEventHandler,
  endpoints,
  type JobRegistration,
  job,
  type MadangModule,
  ok,
  onEvent,
  publicAccess,
  route,
  type ZoneContext,
} from '@madang/kernel';
import type { MediaModule } from '@madang/media';
import { seededVideoId, type VideoModule, videoPublished } from '@madang/video';
import type { CachedZoneDirectory } from '@madang/zones';
import { z } from 'zod';
import { DEMO_FILMS } from './demo-films.ts';
import { demoPeople } from './demo-people.ts';
import { makeDemoFilm } from './make-films.job.ts';

const text = z.object({ ko: z.string(), en: z.string(), ja: z.string(), es: z.string() });

const demoEndpoints = endpoints({
  'GET /api/v1/demo/people': {
    summary: 'The demo’s accounts and their password; there only while the demo is on',
    responses: {
      200: z.object({
        items: z.array(
          z.object({
            zoneId: z.string(),
            zoneNames: text,
            origin: z.string(),
            role: z.string(),
            name: z.string(),
            email: z.string(),
            password: z.string(),
          }),
        ),
      }),
    },
  },
});

/** Someone of a zone's cast by their key there; undefined where the zone has nobody of it. */
export type FindDemoPerson = (zone: ZoneContext, key: string) => Promise<{ id: string; name: string; orgId: string | null } | undefined>;

interface DemoModuleDeps {
  readonly directory: CachedZoneDirectory;
  readonly password: string;
  readonly person: FindDemoPerson;
  readonly media: Pick<MediaModule, 'uploads'>;
  readonly video: Pick<VideoModule, 'seedVideo' | 'hasSeeded' | 'seedComment'>;
}

/** The demo's films are made in the background, one after another, and talked of once they are out. */
function filmJobs(deps: DemoModuleDeps): { jobs: JobRegistration[]; handlers: AnyEventHandler[] } {
  return {
    jobs: [job(makeDemoFilm, async () => (await import('./make-films.job-handler.ts')).createHandler(deps))],
    handlers: [
      onEvent({
        event: videoPublished,
        delivery: 'once',
        name: 'demo.comment-on-films',
        handle: async ({ zoneId, zone: open }, { videoId }) => {
          const film = DEMO_FILMS.find((one) => one.zoneId === zoneId && seededVideoId(zoneId, one.key) === videoId);
          if (film === undefined) return;
          const zone = await open();
          for (const [index, { by, says, answers = [] }] of film.comments.entries()) {
            const author = await deps.person(zone, by);
            if (author === undefined) continue;
            const head = await deps.video.seedComment(zone, author, { videoId, body: says, clientId: `demo-${index}` });
            for (const [at, answer] of answers.entries()) {
              const other = await deps.person(zone, answer.by);
              if (other === undefined) continue;
              await deps.video.seedComment(zone, other, { videoId, body: answer.says, parentId: head.id, clientId: `demo-${index}-${at}` });
            }
          }
        },
      }),
    ],
  };
}

/** Lists the demo's people for the portal and makes its films. Composed only while the demo is on. */
export function createDemoModule(deps: DemoModuleDeps): MadangModule {
  return {
    name: 'demo',
    ...filmJobs(deps),
    routes: [
      route(demoEndpoints, 'GET /api/v1/demo/people', {
        policy: publicAccess('the demo’s accounts are there to be tried; the route is gone with --no-demo'),
        tag: 'demo',
        handler: async ({ origin }) => {
          const host = origin.slice(origin.indexOf('//') + 2);
          const zones = await deps.directory.list();
          const items = zones
            .filter((zone) => zone.status === 'open')
            .flatMap((zone) =>
              demoPeople(zone.id).map(({ role, name, email, capabilities }) => ({
                zoneId: zone.id,
                zoneNames: zone.names,
                origin: deps.directory.originOf(zone, host),
                role: capabilities[0] ?? role,
                name,
                email,
                password: deps.password,
              })),
            );
          return ok({ items });
        },
      }),
    ],
  };
}
