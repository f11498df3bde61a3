import { z } from 'zod';

/** Ids of one zone by the names that routes and bodies use for them (`roomId`, `userId`, …). */
export type Ids = Readonly<Record<string, string>>;

interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly format?: string;
  readonly minimum?: number;
  readonly minLength?: number;
}

export const STRONG_PASSWORD = 'Walked-3 all the way';
let made = 0;

/** What a member of that name usually holds; ids come from the fixtures. Undefined where only its type can tell. */
function byName(name: string, ids: Ids): unknown {
  if (name === 'memberIds' || name === 'userIds') return [ids.userId];
  if (name === 'fileIds') return [ids.fileId];
  if (name === 'replyTo') return ids.messageId;
  if (name === 'orgId' || name === 'org_id') return ids.organizationId;
  if (name === 'user_id') return ids.userId;
  if (name === 'zoneId') return ids.zoneId;
  if (name === 'fileId') return ids.fileId;
  if (name in ids && name !== 'token') return ids[name];
  if (name === 'email') return `walk-${++made}@example.org`;
  if (name === 'password' || name.endsWith('Password')) return STRONG_PASSWORD;
  if (name === 'token' || name === 'code') return 'A'.repeat(43);
  if (name === 'viewId') return 'walked-once';
  if (name === 'clientId') return `client-${++made}`;
  if (name === 'until' || name === 'expiresAt') return new Date(Date.now() + 86_400_000).toISOString();
  if (name === 'query' || name === 'q') return ids.marker ?? 'walk';
  return undefined;
}

function sampleOf(shape: Shape, name: string, ids: Ids, everything: boolean): unknown {
  const named = byName(name, ids);
  if (named !== undefined) return named;
  if (shape.const !== undefined) return shape.const;
  if (shape.enum !== undefined) return shape.enum[0];
  const choice = (shape.anyOf ?? shape.oneOf)?.find((option) => option.type !== 'null');
  if (choice !== undefined) return sampleOf(choice, name, ids, everything);
  switch (Array.isArray(shape.type) ? shape.type[0] : shape.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(shape.properties ?? {})
          .filter(([key]) => everything || shape.required?.includes(key))
          .map(([key, inner]) => [key, sampleOf(inner, key, ids, everything)]),
      );
    case 'array':
      return [];
    case 'integer':
    case 'number':
      return Math.max(1, shape.minimum ?? 1);
    case 'boolean':
      return true;
    default:
      return shape.format === 'date-time' ? new Date().toISOString() : 'walk'.padEnd(shape.minLength ?? 4, 'k');
  }
}

/** A value the schema takes: the least it takes, or, where that is nothing, all its members. Throws when neither is taken. */
export function sampleFor(schema: z.ZodType, ids: Ids, what: string): unknown {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  const tried = [false, true].map((everything) => sampleOf(shape, '', ids, everything));
  const taken = tried.find((value) => schema.safeParse(value).success);
  if (taken === undefined) throw new Error(`${what}: no sample fits its schema; add one to sample-values.ts: ${JSON.stringify(tried[1])}`);
  return taken;
}

/** The same with every member, so that each id a body can name is named. */
export function fullSampleFor(schema: z.ZodType, ids: Ids, what: string): unknown {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  const full = sampleOf(shape, '', ids, true);
  return schema.safeParse(full).success ? full : sampleFor(schema, ids, what);
}
