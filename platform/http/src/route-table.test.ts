import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endpoints, ok, publicAccess, route } from '@madang/kernel';
import { createMetrics } from '@madang/telemetry';
import { type ZodType, z } from 'zod';
import { compileRoutes, enforceResponse, shapeOf } from './route-table.ts';

const openly = publicAccess('for the test');

/** What a body looks like on the wire under a schema. */
function wire(schema: ZodType, body: unknown): unknown {
  const table = endpoints({ 'GET /x': { summary: 'x', responses: { 200: schema } } });
  const compiled = compileRoutes(
    [route(table, 'GET /x', { policy: openly, tag: 't', handler: async () => ok(body) })],
    createMetrics({ process: false }),
  );
  const [only] = compiled.values();
  assert.ok(only);
  return JSON.parse(JSON.stringify(enforceResponse(only, ok(body))));
}

describe('responses', () => {
  it('leave as their schemas say, whatever the handler brought', () => {
    const at = new Date('2026-11-21T00:00:00.000Z');
    const file = z.object({ kind: z.literal('file'), id: z.string() });
    const either = z.discriminatedUnion('kind', [z.object({ kind: z.literal('text'), body: z.string() }), file]);
    const zoo: [string, ZodType, unknown, unknown][] = [
      [
        'unknown members, at any depth',
        z.object({ a: z.array(z.object({ b: z.number() })) }),
        { a: [{ b: 1, secret: 2 }], c: 3 },
        { a: [{ b: 1 }] },
      ],
      ['dates', z.object({ at: z.date(), ends: z.date().nullable() }), { at, ends: null }, { at: at.toISOString(), ends: null }],
      ['optional and default', z.object({ a: z.string().optional(), b: z.number().default(7) }), {}, { b: 7 }],
      ['unions', z.array(z.union([z.string(), file])), ['x', { kind: 'file', id: '1', secret: 1 }], ['x', { kind: 'file', id: '1' }]],
      ['discriminated unions', either, { kind: 'text', body: 'x', id: 'not of this kind' }, { kind: 'text', body: 'x' }],
      [
        'records and tuples',
        z.object({ r: z.record(z.string(), z.int()), t: z.tuple([z.string(), z.boolean()]) }),
        { r: { 가: 1 }, t: ['x', true] },
        { r: { 가: 1 }, t: ['x', true] },
      ],
      [
        'intersections',
        z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() })),
        { a: '1', b: '2', c: '3' },
        { a: '1', b: '2' },
      ],
      ['transforms', z.object({ tags: z.string().transform((text) => text.split(',')) }), { tags: 'a,b' }, { tags: ['a', 'b'] }],
      ['text of every script', z.string(), '마당 "quoted" \u2028 🙂', '마당 "quoted" \u2028 🙂'],
    ];
    for (const [name, schema, body, expected] of zoo) assert.deepEqual(wire(schema, body), expected, name);
  });

  it('that break their promise do not leave', () => {
    assert.throws(() => wire(z.object({ id: z.string() }), {}), /GET \/x: status 200 has another body than declared \(id: /);
    assert.throws(() => wire(z.object({ id: z.string() }), null), /body: /);
  });
});

describe('route tables', () => {
  it('refuse what cannot be served', () => {
    const table = endpoints({ 'GET /x': { summary: 'x', responses: { 204: null } } });
    const one = route(table, 'GET /x', { policy: openly, tag: 't', handler: async () => ({ status: 204 as const, body: null }) });
    const metrics = createMetrics({ process: false });
    assert.throws(() => compileRoutes([one, one], metrics), /declared twice/);
    assert.throws(() => compileRoutes([{ ...one, key: 'FETCH x' as never }], metrics), /not a route key/);
  });

  it('know paths by their shape', () => {
    assert.equal(shapeOf('/rooms/:id/pins/:pinId'), shapeOf('/rooms/:roomId/pins/:id'));
    assert.notEqual(shapeOf('/rooms/:id'), shapeOf('/rooms/mine'));
  });
});
