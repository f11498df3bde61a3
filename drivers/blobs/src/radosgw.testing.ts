// A real S3 for tests: Ceph's gateway over one monitor and one store, all on loopback and in one folder.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, rmSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Closable } from '@madang/kernel';

const PROGRAMS = ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin'];
const INSTALL = 'sudo apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd';
const START_SECONDS = 90;

export interface Radosgw extends Closable {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Runs `radosgw-admin` against the store and gives back what it prints. */
  admin(...args: string[]): Promise<string>;
  makeBucket(name: string): Promise<void>;
}

/** Why the gateway cannot be started on this machine; undefined when it can. */
export function missingRadosgw(): string | undefined {
  const missing = PROGRAMS.filter((program) => !isOnPath(program));
  return missing.length === 0 ? undefined : `needs Ceph's S3 gateway (${missing.join(', ')} not found): ${INSTALL}`;
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

export async function startRadosgw(): Promise<Radosgw> {
  const cluster = new Cluster(await mkdtemp(path.join(tmpdir(), 'madang-s3-')), await freePort(), await freePort());
  try {
    await cluster.start();
    return cluster;
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

class Cluster implements Radosgw {
  readonly region = 'us-east-1';
  readonly accessKeyId = 'madang-test';
  readonly secretAccessKey = randomUUID();
  readonly #folder: string;
  readonly #port: number;
  readonly #monitorPort: number;
  readonly #children: ChildProcess[] = [];
  /** A test process that ends early takes its store with it. */
  readonly #onExit = (): void => {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  };

  constructor(folder: string, port: number, monitorPort: number) {
    this.#folder = folder;
    this.#port = port;
    this.#monitorPort = monitorPort;
    process.once('exit', this.#onExit);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get #environment(): NodeJS.ProcessEnv {
    return { ...process.env, CEPH_CONF: this.#at('ceph.conf') };
  }

  #at(name: string): string {
    return path.join(this.#folder, name);
  }

  async #run(program: string, ...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(program, args, { env: this.#environment, timeout: START_SECONDS * 1000 });
    return stdout;
  }

  async #serve(program: string, ...args: string[]): Promise<ChildProcess> {
    const output = await open(this.#at(`${program}.out`), 'a');
    const child = spawn(program, args, { env: this.#environment, stdio: ['ignore', output.fd, output.fd] });
    this.#children.unshift(child);
    await once(child, 'spawn').finally(() => output.close());
    return child;
  }

  admin(...args: string[]): Promise<string> {
    return this.#run('radosgw-admin', ...args);
  }

  async makeBucket(Bucket: string): Promise<void> {
    const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
    const { endpoint, region, accessKeyId, secretAccessKey } = this;
    const client = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket }));
    client.destroy();
  }

  async start(): Promise<void> {
    const fsid = randomUUID();
    for (const name of ['run', 'log', 'mon', 'osd']) await mkdir(this.#at(name));
    await writeFile(this.#at('ceph.conf'), this.#configuration(fsid));
    const monitor = `[v2:127.0.0.1:${this.#monitorPort}]`;
    await this.#run('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', monitor, this.#at('monmap'));
    await this.#run('ceph-mon', '-i', 'a', '--mkfs', '--monmap', this.#at('monmap'));
    await this.#serve('ceph-mon', '-i', 'a', '-f');
    const osd = randomUUID();
    await this.#run('ceph', 'osd', 'new', osd, '0');
    await this.#run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
    await this.#serve('ceph-osd', '-i', '0', '-f');
    const keys = [`--access-key=${this.accessKeyId}`, `--secret-key=${this.secretAccessKey}`];
    await this.admin('user', 'create', '--uid=test', '--display-name=test', ...keys);
    const infrequent = ['--placement-id', 'default-placement', '--storage-class', 'STANDARD_IA'];
    await this.admin('zonegroup', 'placement', 'add', '--rgw-zonegroup', 'default', ...infrequent);
    await this.admin('zone', 'placement', 'add', '--rgw-zone', 'default', ...infrequent, '--data-pool', 'default.rgw.buckets.data');
    await this.admin('zonegroup', 'modify', '--rgw-zonegroup', 'default', '--api-name', this.region);
    const gateway = await this.#serve('radosgw', '-n', 'client.rgw', '-f');
    await this.#untilItAnswers(gateway);
  }

  async #untilItAnswers(gateway: ChildProcess): Promise<void> {
    for (let tries = 0; tries < START_SECONDS * 10; tries++) {
      if (gateway.exitCode !== null) throw new Error(`radosgw ended with ${gateway.exitCode}`);
      const socket = connect(this.#port, '127.0.0.1');
      const isOpen = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      socket.destroy();
      if (isOpen) return;
      await sleep(100);
    }
    throw new Error('radosgw does not answer');
  }

  async close(): Promise<void> {
    for (const child of this.#children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exit = once(child, 'exit');
      child.kill('SIGKILL'); // nothing of it is kept
      await exit;
    }
    await rm(this.#folder, { recursive: true, force: true });
    process.off('exit', this.#onExit);
  }

  /** One copy of everything, no keys inside the cluster, quick to make pools; S3 signatures are checked as ever. */
  #configuration(fsid: string): string {
    const sections: Record<string, Record<string, string | number | boolean>> = {
      global: {
        fsid,
        mon_host: `v2:127.0.0.1:${this.#monitorPort}`,
        public_addr: '127.0.0.1',
        cluster_addr: '127.0.0.1',
        ms_bind_msgr1: false,
        ms_mon_client_mode: 'crc', // `secure`, the default of the gateway, needs keys
        auth_cluster_required: 'none',
        auth_service_required: 'none',
        auth_client_required: 'none',
        run_dir: this.#at('run'),
        crash_dir: this.#at('run'),
        admin_socket: '',
        log_file: `${this.#at('log')}/$name.log`,
        mon_cluster_log_file: this.#at('log/cluster.log'),
        osd_pool_default_size: 1,
        osd_pool_default_min_size: 1,
        osd_pool_default_pg_num: 1,
        osd_pool_default_pgp_num: 1,
        osd_pool_default_pg_autoscale_mode: 'off',
        osd_crush_chooseleaf_type: 0,
        mon_allow_pool_size_one: true,
        paxos_propose_interval: 0.02,
        paxos_min_wait: 0.01,
      },
      'mon.a': { mon_data: this.#at('mon'), mon_data_avail_crit: 1 },
      'osd.0': {
        osd_data: this.#at('osd'),
        osd_objectstore: 'bluestore',
        bluestore_block_size: 4 * 1024 ** 3, // a sparse file
        bluestore_cache_autotune: false,
        bluestore_cache_size: 64 * 1024 ** 2,
      },
      'client.rgw': {
        rgw_frontends: `beast endpoint=127.0.0.1:${this.#port}`,
        rgw_data: this.#at('run'),
        rgw_enable_apis: 's3',
        rgw_thread_pool_size: 64,
        rgw_dynamic_resharding: false,
        objecter_tick_interval: 1,
      },
    };
    const lines = Object.entries(sections).flatMap(([name, values]) => [
      `[${name}]`,
      ...Object.entries(values).map(([key, value]) => `${key} = ${value}`),
    ]);
    return `${lines.join('\n')}\n`;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
