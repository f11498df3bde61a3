/** @tus/server with @tus/file-store as its documentation shows them: files in one folder, nobody asked who they are. */
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const directory = process.env.FOLDER;
if (directory === undefined) throw new Error('FOLDER says where files go');
const server = new Server({ path: '/api/v1/uploads', datastore: new FileStore({ directory }) });
server.listen({ host: '127.0.0.1', port: Number(process.env.PORT) }, () => process.stdout.write('ready\n'));
