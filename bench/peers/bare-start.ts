/** The least that can be called a server with its database: PostgreSQL, Node's HTTP, one query behind one answer. */
import { createServer } from 'node:http';
import { startEmbedded } from '@madang/db';
import { silentLogger } from '@madang/kernel';
import pg from 'pg';

const database = await startEmbedded({ dataDir: process.env.DATA ?? '', logger: silentLogger });
const pool = new pg.Pool({ connectionString: database.ownerUrl });
const server = createServer(async (_request, response) => {
  const { rows } = await pool.query('select version() as version');
  response.end(rows[0]?.version);
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write('ready\n'));
process.once('SIGTERM', async () => {
  server.close();
  await pool.end();
  await database.close();
  process.exit(0);
});
