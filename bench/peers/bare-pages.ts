/**
 * The pages of the same build as React Router serves them by itself: its Node listener, its request handler, and for
 * loaders the answers Madang gave once. No zone is looked up, nobody is asked who they are, no query runs.
 */
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ApiAnswer, type AppContext, appContext, type PagePerson } from '@madang/kernel/web';
import { ZONE_PRESETS } from '@madang/zones';
import { createRequestListener } from '@react-router/node';
import { RouterContextProvider, type ServerBuild } from 'react-router';
import { HttpConnection } from '../harness/http-connection.ts';
import { hostOf } from '../harness/people.ts';
import { ROOT, ZONE } from '../harness/servers.ts';

const madangPort = Number(process.env.MADANG_PORT);
const token = process.env.TOKEN;
const person: PagePerson | null = token === undefined ? null : JSON.parse(process.env.PERSON ?? 'null');
const build = (await import(pathToFileURL(path.join(ROOT, 'apps/web/build/server/index.js')).href)) as ServerBuild;
const zone = ZONE_PRESETS.find(({ id }) => id === ZONE);
if (zone === undefined) throw new Error(`there is no zone ${ZONE}`);

const answers = new Map<string, Promise<ApiAnswer>>();
type ApiInput = Parameters<AppContext['api']>[1];

async function askMadang(key: string, input: ApiInput): Promise<ApiAnswer> {
  const [method = '', pattern = ''] = key.split(' ');
  if (method !== 'GET') throw new Error(`a page that calls ${key} is not measured`);
  const query = new URLSearchParams(
    Object.entries(input?.query ?? {}).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, String(value)]])),
  );
  const target = pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(input?.params?.[name] ?? ''));
  const connection = await HttpConnection.open({ port: madangPort, host: hostOf(madangPort) });
  const answer = await connection.ask({ path: `${target}?${query}`, ...(token !== undefined && { token }) });
  connection.close();
  return { status: answer.status, body: JSON.parse(answer.body.toString()), headers: {} };
}

const context: AppContext = {
  zone: { id: zone.id, names: zone.names, taglines: zone.taglines, hue: zone.hue, features: zone.features, portal: zone.portal },
  origin: `http://${hostOf(madangPort)}`,
  locale: 'ko',
  theme: 'system',
  person,
  nonce: 'bench',
  demo: true,
  api(key, input) {
    const name = JSON.stringify([key, input]);
    const known = answers.get(name) ?? askMadang(key, input);
    answers.set(name, known);
    return known;
  },
};

const listener = createRequestListener({
  build,
  mode: 'production',
  getLoadContext() {
    const provider = new RouterContextProvider();
    provider.set(appContext as Parameters<typeof provider.set>[0], context);
    return provider;
  },
});
createServer(listener).listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write('ready\n'));
