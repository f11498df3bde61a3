import { STATUS_CODES } from 'node:http';
import type { EndpointSpec, RouteDefinition } from '@madang/kernel';
import { type ZodType, z } from 'zod';
import { shapeOf } from './route-table.ts';

type Json = Record<string, unknown>;

const REFUSALS = [400, 401, 403, 404, 409, 413, 415, 429, 500, 503] as const;

/**
 * The OpenAPI 3.1 document of all routes, made from the same schemas that validate and enforce them. Schemas with a
 * `.meta({ id })` become components; what JSON Schema cannot say (a refinement) is left open.
 */
export function openApiDocument(routes: readonly RouteDefinition[], version: string): Json {
  const components = new Components();
  const paths: Record<string, Json> = {};
  const firstOfShape = new Map<string, string>();
  for (const definition of routes) {
    const [method = '', path = ''] = definition.key.split(' ');
    const shape = shapeOf(path);
    const template = firstOfShape.get(shape) ?? path.replace(/:([A-Za-z0-9_]+)/g, '{$1}');
    firstOfShape.set(shape, template);
    paths[template] ??= {};
    (paths[template] as Json)[method.toLowerCase()] = operation(definition, template, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Madang',
      version,
      description: 'Every zone answers on its own host. Errors are problem documents (RFC 9457) with a stable `code`.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((route) => route.tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        session: { type: 'apiKey', in: 'cookie', name: 'session', description: 'Reads by GET and HEAD only.' },
      },
      responses: Object.fromEntries(REFUSALS.map((status) => [`Refusal${status}`, refusal(status)])),
      schemas: { Problem: PROBLEM_SCHEMA, ...components.schemas },
    },
  };
}

function operation(definition: RouteDefinition, template: string, components: Components): Json {
  const { spec, policy, limits } = definition;
  const [method = ''] = definition.key.split(' ');
  const body = requestBody(definition, components);
  const reads = method === 'GET' || method === 'HEAD' || definition.cookieAuth;
  const security = policy.kind === 'public' ? [{}, { bearer: [] }] : [{ bearer: [] }, ...(reads ? [{ session: [] }] : [])];
  return {
    operationId: operationId(definition.key),
    summary: spec.summary,
    tags: [definition.tag],
    security,
    'x-policy': policy.kind === 'permission' ? `${policy.permission} (${policy.scope})` : `${policy.kind}: ${policy.reason}`,
    ...(limits.rate && { 'x-rate-limit': `${limits.rate.points} per ${limits.rate.windowSeconds} s` }),
    parameters: [...pathParameters(template, definition.key, spec, components), ...parameters(spec.query, 'query', components)],
    ...(body && { requestBody: body }),
    responses: responses(definition, components),
  };
}

function operationId(key: string): string {
  const [method = '', path = ''] = key.split(' ');
  const words = path
    .replace(/^\/api\/v\d+/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
}

/** One path may be spelled with other parameter names by another method; the document has one template for both. */
function pathParameters(template: string, key: string, spec: EndpointSpec, components: Components): Json[] {
  const names = [...template.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] as string);
  const own = [...key.matchAll(/:([A-Za-z0-9_]+)/g)].map((match) => match[1] as string);
  const described = parameters(spec.params, 'path', components);
  return names.map((name, i) => {
    const found = described.find((parameter) => parameter.name === own[i]);
    return { name, in: 'path', required: true, schema: found?.schema ?? { type: 'string' } };
  });
}

function parameters(schema: ZodType | undefined, where: 'path' | 'query', components: Components): Json[] {
  if (schema === undefined) return [];
  const object = components.convert(schema, 'input');
  const required = new Set((object.required as string[] | undefined) ?? []);
  return Object.entries((object.properties as Record<string, Json> | undefined) ?? {}).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.has(name),
    schema: property,
  }));
}

function requestBody({ spec, limits }: RouteDefinition, components: Components): Json | undefined {
  if (limits.body === 'stream') return { content: { '*/*': { schema: { type: 'string', contentMediaType: 'application/octet-stream' } } } };
  if (spec.body === undefined) return undefined;
  const required = !spec.body.safeParse(undefined).success;
  return { required, content: { 'application/json': { schema: components.convert(spec.body, 'input') } } };
}

function responses({ spec, policy, limits }: RouteDefinition, components: Components): Json {
  const all: Json = {};
  for (const [status, schema] of Object.entries(spec.responses)) {
    const description = STATUS_CODES[status] ?? status;
    if (schema === null) all[status] = { description };
    else if (schema === 'stream')
      all[status] = { description, content: { '*/*': { schema: { type: 'string', contentMediaType: 'application/octet-stream' } } } };
    else all[status] = { description, content: { 'application/json': { schema: components.convert(schema, 'output') } } };
  }
  const refusals = [429, 500, 503];
  if (spec.params !== undefined || spec.query !== undefined || spec.body !== undefined) refusals.push(400);
  if (spec.params !== undefined) refusals.push(404);
  if (policy.kind !== 'public') refusals.push(401, 403);
  if (spec.body !== undefined || limits.body === 'stream') refusals.push(413, 415);
  for (const status of refusals) all[status] ??= { $ref: `#/components/responses/Refusal${status}` };
  return all;
}

function refusal(status: number): Json {
  const headers =
    status === 429 || status === 503 ? { headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } } } : {};
  return {
    description: STATUS_CODES[status] ?? String(status),
    ...headers,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'message', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable, `module.what_happened`' },
    detail: { type: 'string' },
    message: { type: 'string', description: "For the person, in the request's language" },
    fields: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'code', 'message'],
        properties: { path: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
      },
    },
    requestId: { type: 'string', pattern: '^MDG-[0-9A-Z]{4}-[0-9A-Z]{4}$' },
  },
} as const;

/** Converts schemas and lifts their named parts into `#/components/schemas`. */
class Components {
  readonly schemas: Record<string, Json> = {};
  #anonymous = 0;

  convert(schema: ZodType, io: 'input' | 'output'): Json {
    const document = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema._zod.def.type !== 'date') return;
        jsonSchema.type = 'string';
        jsonSchema.format = 'date-time';
      },
    }) as Json;
    const { $schema: _, $defs, ...rest } = document;
    const names = new Map<string, string>();
    for (const name of Object.keys(($defs as Json | undefined) ?? {})) names.set(`#/$defs/${name}`, this.#nameFor(name, io));
    if (typeof rest.id === 'string') names.set('#', this.#nameFor(rest.id, io));
    else if (refersTo(rest, '#') || refersTo($defs, '#')) names.set('#', `Recursive${++this.#anonymous}`);
    for (const [name, definition] of Object.entries(($defs as Record<string, Json> | undefined) ?? {})) {
      this.#add(names.get(`#/$defs/${name}`) as string, relink(definition, names) as Json);
    }
    const root = relink(rest, names) as Json;
    const own = names.get('#');
    if (own === undefined) return root;
    this.#add(own, root);
    return { $ref: `#/components/schemas/${own}` };
  }

  /** What is sent and what is answered may differ (defaults, transforms): the input form of a name gets a suffix. */
  #nameFor(name: string, io: 'input' | 'output'): string {
    const clean = name.startsWith('__') ? `Recursive${++this.#anonymous}` : name.replace(/[^A-Za-z0-9._-]/g, '_');
    return io === 'input' ? `${clean}Input` : clean;
  }

  #add(name: string, schema: Json): void {
    this.schemas[name] ??= schema;
  }
}

function refersTo(value: unknown, target: string): boolean {
  if (Array.isArray(value)) return value.some((item) => refersTo(item, target));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => (key === '$ref' ? member === target : refersTo(member, target)));
}

/** Members whose content is data, not schema. */
const LITERAL = new Set(['const', 'default', 'enum', 'examples']);

function relink(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => relink(item, names));
  if (typeof value !== 'object' || value === null) return value;
  const out: Json = {};
  for (const [key, member] of Object.entries(value)) {
    if (key === '$ref' && typeof member === 'string') out[key] = `#/components/schemas/${names.get(member) ?? member}`;
    else if (LITERAL.has(key)) out[key] = member;
    else if (key !== 'id' || typeof member !== 'string') out[key] = relink(member, names);
  }
  return out;
}
