import { created, fail, noContent, ok, type RateRule, type RouteDefinition, requestErrors, requirePrincipal, route } from '@madang/kernel';
import type { ChatFiles } from './chat-files.ts';
import { mayReact, mayReadRooms, maySend, maySendFiles, requireCreator, requireSend } from './chat-policies.ts';
import { chatEndpoints } from './contract.ts';
import type { DeleteMessage } from './delete-message.ts';
import type { EditMessage } from './edit-message.ts';
import type { MessageSender } from './message-sender.ts';
import { nextCursor } from './next-cursor.ts';
import type { React } from './react.ts';
import type { ReadHistory } from './read-history.ts';
import type { RoomAccess } from './room-access.ts';
import type { SearchMessages } from './search-messages.ts';

const tag = 'messages';
/** Common words are found in many places, and the newest of them must be picked. */
const searchRate: RateRule = { name: 'chat.search', points: 60, windowSeconds: 60 };
/** A large attachment on a slow phone. */
const UPLOAD_TIMEOUT_MS = 600_000;

export function messageRoutes(use: {
  access: RoomAccess;
  sender: MessageSender;
  readHistory: ReadHistory;
  editMessage: EditMessage;
  deleteMessage: DeleteMessage;
  react: React;
  searchMessages: SearchMessages;
  files: ChatFiles;
}): RouteDefinition[] {
  return [
    route(chatEndpoints, 'GET /api/v1/rooms/:roomId/messages', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        const page = await use.readHistory(input.zone, requirePrincipal(input), input.params.roomId, input.query);
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    route(chatEndpoints, 'POST /api/v1/rooms/:roomId/messages', {
      policy: maySend,
      tag,
      handler: async (input) => {
        const { fresh, message } = await use.sender.send(input.zone, requirePrincipal(input), {
          roomId: input.params.roomId,
          ...input.body,
        });
        return fresh ? created(message) : ok(message);
      },
    }),
    route(chatEndpoints, 'GET /api/v1/rooms/:roomId/search', {
      policy: mayReadRooms,
      tag,
      limits: { rate: searchRate },
      handler: async (input) => {
        const page = await use.searchMessages(input.zone, requirePrincipal(input), { ...input.query, roomId: input.params.roomId });
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    route(chatEndpoints, 'GET /api/v1/messages/search', {
      policy: mayReadRooms,
      tag,
      limits: { rate: searchRate },
      handler: async (input) => {
        const page = await use.searchMessages(input.zone, requirePrincipal(input), input.query);
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    route(chatEndpoints, 'POST /api/v1/rooms/:roomId/files', {
      policy: maySendFiles,
      tag,
      limits: { body: 'stream', timeoutMs: UPLOAD_TIMEOUT_MS },
      handler: async (input) => {
        const { zone, headers, stream, signal } = input;
        const principal = requirePrincipal(input);
        requireCreator(zone.zone, principal);
        const { row, standing } = await use.access.reach(zone, principal, input.params.roomId);
        requireSend(standing);
        if (!String(headers['content-type'] ?? '').startsWith('multipart/form-data')) fail(requestErrors.unsupported_type);
        return created(await use.files.receive({ zone, principal, roomId: row.id, stream, headers, signal }));
      },
    }),
    route(chatEndpoints, 'PATCH /api/v1/messages/:messageId', {
      policy: maySend,
      tag,
      handler: async (input) => ok(await use.editMessage(input.zone, requirePrincipal(input), input.params.messageId, input.body.body)),
    }),
    route(chatEndpoints, 'DELETE /api/v1/messages/:messageId', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        await use.deleteMessage(input.zone, requirePrincipal(input), input.params.messageId);
        return noContent();
      },
    }),
    route(chatEndpoints, 'PUT /api/v1/messages/:messageId/reactions/:reaction', {
      policy: mayReact,
      tag,
      handler: async (input) => ok(await use.react(input.zone, requirePrincipal(input), { ...input.params, on: true })),
    }),
    route(chatEndpoints, 'DELETE /api/v1/messages/:messageId/reactions/:reaction', {
      policy: mayReact,
      tag,
      handler: async (input) => ok(await use.react(input.zone, requirePrincipal(input), { ...input.params, on: false })),
    }),
  ];
}
