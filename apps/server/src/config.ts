import { parseArgs } from 'node:util';
import { z } from 'zod';

export const ROLES = ['web', 'realtime', 'worker', 'media', 'control'] as const;
export type ServerRole = (typeof ROLES)[number];

/** Stops the start: the message is one sentence that says what to set. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const url = (protocols: readonly string[], what: string) =>
  z.string().refine(
    (value) => {
      const parsed = URL.parse(value);
      return parsed !== null && protocols.includes(parsed.protocol) && parsed.hostname !== '';
    },
    { message: `must look like ${what}` },
  );

const databaseUrl = url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/name');
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const port = z.coerce.number({ error: 'must be a port from 1 to 65535' }).int().min(1).max(65535);
const count = z.coerce.number({ error: 'must be a whole number above 0' }).int().min(1);

const environmentSchema = z.object({
  PORT: port.optional(),
  MADANG_DATA: z.string().min(1).optional(),
  MADANG_HOST: z.string().min(1).optional(),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_DIRECT_URL: databaseUrl.optional(),
  DATABASE_REPLICA_URL: databaseUrl.optional(),
  DATABASE_POOL: count.optional(),
  REDIS_URL: url(['redis:', 'rediss:'], 'redis://host:6379').optional(),
  MADANG_SECRET: z.string().min(32, 'must be at least 32 characters (for example `openssl rand -hex 32`)').optional(),
  MADANG_BASE_DOMAIN: z
    .string()
    .regex(/^[a-z0-9.-]+$/, 'must be a host name such as localhost or example.com')
    .optional(),
  MADANG_PUBLIC_SCHEME: z.enum(['http', 'https'], { error: 'must be http or https' }).optional(),
  MADANG_PUBLIC_PORT: port.optional(),
  MADANG_TRUSTED_PROXIES: list.optional(),
  MADANG_ADMIN_ALLOW: list.optional(),
  MADANG_METRICS_TOKEN: z.string().min(16, 'must be at least 16 characters').optional(),
  S3_ENDPOINT: url(['http:', 'https:'], 'https://s3.example.com').optional(),
  S3_PUBLIC_ENDPOINT: url(['http:', 'https:'], 'https://files.example.com').optional(),
  S3_REGION: z.string().min(1).optional(),
  S3_BUCKET: z.string().min(1).optional(),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  S3_PREFIX: z.string().min(1).optional(),
  MADANG_DEMO_FILMS: z.enum(['on', 'off'], { error: 'must be on or off' }).optional(),
  MADANG_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], { error: 'must be debug, info, warn or error' }).optional(),
  MADANG_LIMIT_API_ANONYMOUS: count.optional(),
  MADANG_LIMIT_API_PERSON: count.optional(),
  MADANG_LIMIT_PAGES: count.optional(),
  MADANG_LIMIT_SOCKETS: count.optional(),
  MADANG_LIMIT_GUESTS: count.optional(),
  MADANG_LIMIT_SENDS: count.optional(),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly demo: boolean;
  /** The demo draws its own films in the background at first start. */
  readonly demoFilms: boolean;
  readonly roles: readonly ServerRole[];
  /** Null: the embedded PostgreSQL under `dataDir`. */
  readonly database: { readonly url: string; readonly directUrl: string; readonly replicaUrl: string | undefined } | null;
  readonly poolSize: number;
  readonly redisUrl: string | null;
  /** Null: files under `dataDir`. */
  readonly s3: {
    readonly endpoint: string | undefined;
    readonly publicEndpoint: string | undefined;
    readonly region: string;
    readonly bucket: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly prefix: string | undefined;
  } | null;
  /** Null: made at first start and kept under `dataDir`. */
  readonly secret: string | null;
  readonly baseDomain: string;
  readonly publicScheme: 'http' | 'https';
  readonly publicPort: number;
  readonly trustedProxies: readonly string[];
  readonly adminAllowList: readonly string[];
  readonly metricsToken: string | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Per minute, but for sockets (open at once) and sends (burst). Raised openly where a bench needs it. */
  readonly limits: {
    readonly apiAnonymous: number;
    readonly apiPerson: number;
    readonly pages: number;
    readonly sockets: number;
    readonly guests: number;
    readonly sends: number;
  };
}

export const UP_HELP = `Usage: ./madang up [options]

  --port N        port to listen on (default 3000, or PORT)
  --host ADDRESS  address to listen on (default 127.0.0.1)
  --data FOLDER   where the database, files and secret live (default ./data)
  --no-demo       start empty; a one-time link sets up the first administrator
  --roles LIST    any of ${ROLES.join(',')} (default: all)

Environment: DATABASE_URL, DATABASE_DIRECT_URL, REDIS_URL and MADANG_SECRET move the database, the shared
state and the secret out of the data folder; docs/guides/configuration.md lists everything.`;

/** Reads flags and environment once; throws `ConfigurationError`. Flags win over the environment. */
export function readConfig(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Config {
  const flags = readFlags(args);
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environmentSchema.safeParse(present);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigurationError(`${issue?.path.join('.')} ${issue?.message ?? 'is not valid'}: correct it or unset it`);
  }
  const env = parsed.data;
  if (env.DATABASE_URL !== undefined && env.MADANG_SECRET === undefined) {
    throw new ConfigurationError(
      'DATABASE_URL is set but MADANG_SECRET is not: nodes that share a database share a secret, set MADANG_SECRET to the same 32 or more characters on each',
    );
  }
  if (env.DATABASE_URL === undefined && (env.DATABASE_DIRECT_URL !== undefined || env.DATABASE_REPLICA_URL !== undefined)) {
    throw new ConfigurationError(
      'DATABASE_DIRECT_URL or DATABASE_REPLICA_URL is set without DATABASE_URL: set DATABASE_URL too, or unset them',
    );
  }
  const chosenPort = flags.port ?? env.PORT ?? 3000;
  const scheme = env.MADANG_PUBLIC_SCHEME ?? 'http';
  return Object.freeze({
    port: chosenPort,
    host: flags.host ?? env.MADANG_HOST ?? '127.0.0.1',
    dataDir: flags.data ?? env.MADANG_DATA ?? './data',
    demo: flags.demo,
    demoFilms: flags.demo && env.MADANG_DEMO_FILMS !== 'off',
    roles: flags.roles,
    database:
      env.DATABASE_URL === undefined
        ? null
        : { url: env.DATABASE_URL, directUrl: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL, replicaUrl: env.DATABASE_REPLICA_URL },
    poolSize: env.DATABASE_POOL ?? 12,
    redisUrl: env.REDIS_URL ?? null,
    s3: readS3(env),
    secret: env.MADANG_SECRET ?? null,
    baseDomain: env.MADANG_BASE_DOMAIN ?? 'localhost',
    publicScheme: scheme,
    publicPort: env.MADANG_PUBLIC_PORT ?? (scheme === 'https' ? 443 : chosenPort),
    trustedProxies: env.MADANG_TRUSTED_PROXIES ?? ['loopback'],
    adminAllowList: env.MADANG_ADMIN_ALLOW ?? [],
    metricsToken: env.MADANG_METRICS_TOKEN,
    logLevel: env.MADANG_LOG_LEVEL ?? 'info',
    limits: {
      apiAnonymous: env.MADANG_LIMIT_API_ANONYMOUS ?? 100,
      apiPerson: env.MADANG_LIMIT_API_PERSON ?? 600,
      pages: env.MADANG_LIMIT_PAGES ?? 200,
      sockets: env.MADANG_LIMIT_SOCKETS ?? 10,
      guests: env.MADANG_LIMIT_GUESTS ?? 60,
      sends: env.MADANG_LIMIT_SENDS ?? 500,
    },
  });
}

/** All of bucket and keys, or none: a store that is half set is a mistake. */
function readS3(env: z.infer<typeof environmentSchema>): Config['s3'] {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const any = Object.entries(env).some(([name, value]) => name.startsWith('S3_') && value !== undefined);
  if (!any) return null;
  if (bucket === undefined || accessKeyId === undefined || secretAccessKey === undefined) {
    throw new ConfigurationError(
      'S3 is half set: set S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY together, or unset every S3_ variable',
    );
  }
  return {
    endpoint: env.S3_ENDPOINT,
    publicEndpoint: env.S3_PUBLIC_ENDPOINT,
    region: env.S3_REGION ?? 'us-east-1',
    bucket,
    accessKeyId,
    secretAccessKey,
    prefix: env.S3_PREFIX,
  };
}

function readFlags(args: readonly string[]): { port?: number; host?: string; data?: string; demo: boolean; roles: readonly ServerRole[] } {
  let values: { port?: string; host?: string; data?: string; 'no-demo'?: boolean; roles?: string };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        'no-demo': { type: 'boolean' },
        roles: { type: 'string' },
      },
    }));
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new ConfigurationError(`${reason}: \`./madang up --help\` lists the options`);
  }
  const parsedPort = values.port === undefined ? undefined : port.safeParse(values.port);
  if (parsedPort?.success === false) throw new ConfigurationError(`--port ${values.port} is not a port: give a number from 1 to 65535`);
  const roles = (values.roles ?? ROLES.join(',')).split(',').map((role) => role.trim());
  const unknown = roles.find((role) => !(ROLES as readonly string[]).includes(role));
  if (unknown !== undefined) throw new ConfigurationError(`--roles does not know "${unknown}": choose from ${ROLES.join(', ')}`);
  return {
    ...(parsedPort?.success && { port: parsedPort.data }),
    ...(values.host !== undefined && { host: values.host }),
    ...(values.data !== undefined && { data: values.data }),
    demo: values['no-demo'] !== true,
    roles: roles as ServerRole[],
  };
}
