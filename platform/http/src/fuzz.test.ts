import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endpoints, ok, publicAccess, route } from '@madang/kernel';
import fc from 'fast-check';
import { z } from 'zod';
import { fakeEdge } from './fake-edge.ts';

const Node = z.object({
  name: z.string().max(10),
  get children() {
    return z.array(Node).max(3).optional();
  },
});
const bodies = {
  flat: z.object({ name: z.string().min(1).max(40), age: z.int().min(0).optional(), at: z.iso.datetime().nullable() }),
  strict: z.strictObject({ id: z.uuid(), tags: z.array(z.enum(['a', 'b'])).max(5), map: z.record(z.string(), z.number()) }),
  union: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('text'), body: z.string() }),
    z.object({ kind: z.literal('file'), ids: z.array(z.string()) }),
  ]),
  loose: z.union([z.string(), z.number(), z.array(z.boolean()), z.null()]),
  tree: Node,
  refined: z
    .object({ from: z.coerce.date(), to: z.coerce.date() })
    .refine((range) => range.from < range.to, { params: { code: 'range', message: { ko: 'ㄱ', en: 'a', ja: 'あ', es: 'b' } } }),
  anything: z.any(),
};
const table = endpoints(
  Object.fromEntries(
    Object.entries(bodies).map(([name, body]) => [
      `POST /api/v1/${name}/:id`,
      {
        summary: name,
        params: z.object({ id: z.string().max(20) }),
        query: z.object({ limit: z.coerce.number().int().max(100).optional(), q: z.string().optional() }),
        body,
        responses: { 200: z.object({ ok: z.boolean() }) },
      },
    ]),
  ) as Record<`POST /api/v1/${string}`, { summary: string; responses: { 200: z.ZodObject<{ ok: z.ZodBoolean }> } }>,
);
const routes = (Object.keys(table) as (keyof typeof table)[]).map((key) =>
  route(table, key, { policy: publicAccess('for the test'), tag: 't', limits: { uncounted: true }, handler: async () => ok({ ok: true }) }),
);

const ugly = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u0000', '\ud800', '__proto__', 'constructor', '🙂', '%', '..', ''));
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    ugly,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 6 }),
    fc.dictionary(
      fc.oneof(
        fc.constantFrom('name', 'kind', 'tags', 'map', 'children', 'from', 'to', 'id', '__proto__', 'constructor', 'prototype'),
        ugly,
      ),
      tie('any'),
      { maxKeys: 6 },
    ),
  ),
})).any;
/** Text that is nearly JSON. */
const payload = fc.oneof(
  { weight: 6, arbitrary: value.map((made) => JSON.stringify(made) ?? '') },
  {
    weight: 1,
    arbitrary: fc.tuple(value, fc.nat(), ugly).map(([made, at, junk]) => {
      const text = JSON.stringify(made) ?? '';
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + junk + text.slice(cut);
    }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);
const types = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-8',
  'application/vnd.x+json',
  'text/plain',
  'multipart/form-data',
  ';;;',
  '',
);

describe('generated requests', () => {
  it('are answered, never with our failure', async () => {
    const { inject, log } = fakeEdge(routes);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(bodies)), payload, types, ugly, ugly, async (name, body, type, id, query) => {
        const response = await inject({
          method: 'POST',
          url: `/api/v1/${name}/${encodeURIComponent(id.toWellFormed())}?limit=${encodeURIComponent(query.toWellFormed())}&q=%`,
          headers: type === '' ? {} : { 'content-type': type },
          payload: body,
        });
        assert.ok(response.statusCode < 500, `${response.statusCode} for ${name} ${String(body).slice(0, 200)}`);
        const document = response.json();
        if (response.statusCode >= 400) assert.match(document.requestId, /^MDG-/);
        if (document.code === 'request.invalid')
          for (const field of document.fields ?? []) assert.ok(field.path !== '' && field.code !== '' && field.message !== '');
      }),
      { numRuns: 1500, seed: 20261121 },
    );
    assert.deepEqual(
      log.filter((line) => line.level === 'error'),
      [],
    );
  });

  it('for paths and headers too', async () => {
    const { inject } = fakeEdge(routes);
    const path = fc
      .array(fc.oneof(fc.constantFrom('api', 'v1', 'flat', '%', '%00', '%ff', '..', 'assets', 'embed', '*', ':id'), fc.webPath()), {
        maxLength: 6,
      })
      .map((parts) => `/${parts.join('/')}`);
    const text = fc.stringMatching(/^[\t\x20-\x7e]{0,80}$/);
    await fc.assert(
      fc.asyncProperty(
        path,
        fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
        text,
        text,
        text,
        async (url, method, origin, cookie, accept) => {
          const response = await inject({
            method: method as 'GET',
            url,
            headers: {
              origin,
              cookie,
              'accept-language': accept,
              'accept-encoding': accept,
              authorization: cookie,
              'x-forwarded-for': origin,
            },
          });
          assert.ok(response.statusCode < 500, `${response.statusCode} for ${method} ${url}`);
        },
      ),
      { numRuns: 800, seed: 20261121 },
    );
  });
});
