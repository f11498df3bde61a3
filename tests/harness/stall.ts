import { eventually } from '@madang/cache/testing';
import type { Closable } from '@madang/kernel';
import pg from 'pg';

/**
 * Holds a table, so that whoever wants to write to it next stands still there: the moment to kill a process between two
 * of its steps. Readers pass. `close` lets go.
 */
export interface Stall extends Closable {
  /** Resolves when somebody waits for the table. */
  met(): Promise<void>;
}

export async function stallWritersOf(ownerUrl: string, table: string): Promise<Stall> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`begin; lock table ${table} in share row exclusive mode`);
  let closing: Promise<void> | undefined;
  return {
    async met() {
      await eventually(async () => {
        const { rowCount } = await client.query('select from pg_locks where relation = $1::regclass and not granted', [table]);
        if (rowCount === 0) throw new Error(`nobody waits for ${table}`);
      });
    },
    close() {
      closing ??= client.end();
      return closing;
    },
  };
}

/** One look behind the scenes, as the owner. */
export async function lookInto<Row extends object>(ownerUrl: string, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
