import { endpoints, type MadangModule, ok, publicAccess, route } from '@madang/kernel';
import type { CachedZoneDirectory } from '@madang/zones';
import { z } from 'zod';
import { demoPeople } from './demo-people.ts';

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

/** Lists the demo's people for the portal. Composed only while the demo is on. */
export function createDemoModule(deps: { directory: CachedZoneDirectory; password: string }): MadangModule {
  return {
    name: 'demo',
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
