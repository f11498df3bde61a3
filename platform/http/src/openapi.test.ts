import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endpoints, noContent, ok, permits, publicAccess, route } from '@madang/kernel';
import { z } from 'zod';
import { openApiDocument } from './openapi.ts';

const Person = z.object({ id: z.string(), joined: z.date(), name: z.string().default('guest') }).meta({ id: 'Person' });
const Comment = z.object({
  text: z.string(),
  by: Person,
  get replies() {
    return z.array(Comment);
  },
});
const table = endpoints({
  'GET /api/v1/people/:id': {
    summary: 'A person',
    params: z.object({ id: z.string().min(3) }),
    query: z.object({ full: z.stringbool().optional() }),
    responses: { 200: Person, 404: z.object({ own: z.string() }) },
  },
  'PUT /api/v1/people/:personId': {
    summary: 'Change a person',
    params: z.object({ personId: z.string() }),
    body: Person,
    responses: { 204: null },
  },
  'GET /api/v1/comments': { summary: 'Threads', responses: { 200: z.array(Comment) } },
  'POST /api/v1/upload': { summary: 'Upload', responses: { 201: null } },
  'GET /api/v1/file': { summary: 'File', responses: { 200: 'stream' } },
});
const document = openApiDocument(
  [
    route(table, 'GET /api/v1/people/:id', {
      policy: publicAccess('shown to all'),
      tag: 'people',
      handler: async () => ok({ id: '1', joined: new Date(0) }),
    }),
    route(table, 'PUT /api/v1/people/:personId', { policy: permits('profile:update'), tag: 'people', handler: async () => noContent() }),
    route(table, 'GET /api/v1/comments', { policy: permits('room:read'), tag: 'comments', handler: async () => ok([]) }),
    route(table, 'POST /api/v1/upload', {
      policy: permits('file:create'),
      tag: 'files',
      limits: { body: 'stream' },
      handler: async () => ({ status: 201 as const, body: null }),
    }),
    route(table, 'GET /api/v1/file', { policy: permits('file:read'), tag: 'files', handler: async () => ok(null) }),
  ],
  '1.2.3',
);
const at = (...path: string[]): unknown => path.reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], document);

describe('openApiDocument', () => {
  it('has one path per shape, with parameters named alike', () => {
    assert.deepEqual(Object.keys(at('paths') as object), ['/api/v1/people/{id}', '/api/v1/comments', '/api/v1/upload', '/api/v1/file']);
    assert.deepEqual(at('paths', '/api/v1/people/{id}', 'get', 'parameters', '0'), {
      name: 'id',
      in: 'path',
      required: true,
      schema: { type: 'string', minLength: 3 },
    });
    assert.equal(at('paths', '/api/v1/people/{id}', 'get', 'parameters', '1', 'required'), false);
    assert.equal(at('paths', '/api/v1/people/{id}', 'put', 'parameters', '0', 'name'), 'id');
    const ids = Object.values(at('paths') as Record<string, Record<string, { operationId: string }>>).flatMap((path) =>
      Object.values(path).map((operation) => operation.operationId),
    );
    assert.equal(new Set(ids).size, 5);
  });

  it('lifts named schemas into components, apart for what is sent and what is answered', () => {
    const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
    assert.deepEqual(at('paths', '/api/v1/people/{id}', 'get', 'responses', '200', 'content', 'application/json', 'schema'), ref('Person'));
    assert.deepEqual(at('paths', '/api/v1/people/{id}', 'put', 'requestBody', 'content', 'application/json', 'schema'), ref('PersonInput'));
    assert.deepEqual(at('components', 'schemas', 'Person', 'properties', 'joined'), { type: 'string', format: 'date-time' });
    assert.deepEqual(
      at('components', 'schemas', 'Person', 'properties', 'id'),
      { type: 'string' },
      'a member called id is not an identifier',
    );
    assert.ok((at('components', 'schemas', 'Person', 'required') as string[]).includes('name'));
    assert.ok(!(at('components', 'schemas', 'PersonInput', 'required') as string[]).includes('name'));
  });

  it('points every reference at something', () => {
    const refs: string[] = [];
    JSON.stringify(document, (key, value) => {
      if (key === '$ref') refs.push(String(value));
      return value;
    });
    assert.ok(refs.length > 5);
    for (const ref of refs) assert.notEqual(at(...ref.slice(2).split('/')), undefined, ref);
  });

  it('says who may, what is refused, and that bytes are bytes', () => {
    assert.deepEqual(at('paths', '/api/v1/people/{id}', 'get', 'security'), [{}, { bearer: [] }]);
    assert.deepEqual(at('paths', '/api/v1/people/{id}', 'put', 'security'), [{ bearer: [] }]);
    assert.equal(at('paths', '/api/v1/people/{id}', 'put', 'x-policy'), 'profile:update (own)');
    assert.equal(at('paths', '/api/v1/people/{id}', 'get', 'responses', '404', 'description'), 'Not Found');
    for (const status of ['400', '401', '403', '413', '415', '429', '500'])
      assert.ok(at('paths', '/api/v1/people/{id}', 'put', 'responses', status), status);
    assert.ok(at('paths', '/api/v1/upload', 'post', 'requestBody', 'content', '*/*'));
    assert.ok(at('paths', '/api/v1/file', 'get', 'responses', '200', 'content', '*/*'));
  });
});
