import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type TestDatabase, testDatabase } from '@madang/testing';
import pg from 'pg';
import { describeDatabase } from './describe-database.ts';
import { tableTypes } from './generate-table-types.ts';

describe('what is generated from the database', () => {
  let t: TestDatabase;
  let client: pg.Client;
  before(async () => {
    t = await testDatabase();
    client = new pg.Client({ connectionString: t.ownerUrl });
    await client.connect();
    await client.query(`
      create schema demo;
      create type demo.mood as enum ('calm', 'loud');
      create table demo.rooms (
        zone_id text not null,
        id text primary key,
        no bigint generated always as identity,
        kind text not null default 'open' check (kind in ('open', 'it''s closed')),
        mood demo.mood,
        moods demo.mood[] not null,
        tags text[],
        at timestamptz not null default now(),
        details jsonb not null,
        bytes bytea,
        shout text generated always as (upper(id)) stored
      );
      create table demo.parted (zone_id text not null, day date not null) partition by range (day);
      create table demo.parted_2026 partition of demo.parted for values from ('2026-01-01') to ('2027-01-01');
      select madang.isolate('demo.rooms');`);
  });
  after(async () => {
    await client.end();
    await t.close();
  });

  it('types tables by what may be read and written', async () => {
    const types = await tableTypes(client, ['demo', 'absent']);
    assert.deepEqual([...types.keys()], ['demo']);
    assert.equal(
      types.get('demo'),
      `// Generated from the migrated database by tools/generate-tables.ts; do not edit.
import type { Generated, GeneratedAlways, Json, Timestamp } from '@madang/db/query';

export interface PartedTable {
  zone_id: string;
  day: string;
}

export interface RoomsTable {
  zone_id: string;
  id: string;
  no: GeneratedAlways<number>;
  kind: Generated<'open' | 'it\\'s closed'>;
  mood: 'calm' | 'loud' | null;
  moods: string;
  tags: string[] | null;
  at: Generated<Timestamp>;
  details: Json;
  bytes: Buffer | null;
  shout: GeneratedAlways<string | null>;
}

export interface Tables {
  'demo.parted': PartedTable;
  'demo.rooms': RoomsTable;
}
`,
    );
  });

  it('describes tables with their policies and leaves partitions and extensions out', async () => {
    const text = await describeDatabase(client);
    assert.match(text, /create type demo\.mood as enum \('calm', 'loud'\);/);
    assert.match(text, /create table demo\.parted \(\n {2}zone_id text not null,\n {2}day date not null\n\) partition by RANGE \(day\);/);
    assert.match(text, /-- row-level security: enabled, forced\ncreate policy zone on demo\.rooms using \(zone_id = madang\.zone\(\)\)/);
    assert.match(text, /grant delete, insert, select, update on demo\.rooms to madang_app;/);
    assert.match(text, /CREATE OR REPLACE FUNCTION madang\.isolate/);
    assert.doesNotMatch(text, /parted_2026|similarity_op/);
    assert.equal(await describeDatabase(client), text);
  });
});
