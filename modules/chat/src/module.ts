import { type GuestTraces, guestMerged } from '@madang/identity';
import {
  type AuditWriter,
  type Broadcaster,
  type Clock,
  type EventPublisher,
  type JobQueue,
  job,
  type Logger,
  MadangError,
  type MadangModule,
  onEvent,
  type PeopleDirectory,
  type Presence,
  type RateLimiter,
  type ZoneContext,
  type ZoneId,
} from '@madang/kernel';
import { type AttachRoom, createAttachRoom, createDetachRoom, type DetachRoom } from './attach-room.ts';
import { Broadcasts } from './broadcasts.ts';
import { createCatchUp } from './catch-up.ts';
import { chatNamespace } from './chat.realtime.ts';
import type { ChatFiles } from './chat-files.ts';
import { chatGrants } from './chat-policies.ts';
import { createCreateRoom } from './create-room.ts';
import { createDeleteMessage } from './delete-message.ts';
import { createDeleteRoom, createEndRoom } from './delete-room.ts';
import { createEditMessage } from './edit-message.ts';
import { createInvitations } from './invite.ts';
import { createJoinRoom, createLeaveRoom } from './join-room.ts';
import { ReadMarks } from './mark-read.ts';
import { memberRoutes } from './members.routes.ts';
import { guestTraces, mergeGuest } from './merge-guest.ts';
import { MessageSender } from './message-sender.ts';
import { MessageViews } from './message-views.ts';
import { messageRoutes } from './messages.routes.ts';
import { moderationRoutes } from './moderation.routes.ts';
import { createPins } from './pin-message.ts';
import { purgeRoom } from './purge-room.job.ts';
import { createReact } from './react.ts';
import { createReadHistory } from './read-history.ts';
import { createRestrictPerson } from './restrict-person.ts';
import { type AttachedRoomAccess, RoomAccess } from './room-access.ts';
import { createRoomMembers } from './room-members.ts';
import { RoomPresence } from './room-presence.ts';
import { RoomViews } from './room-views.ts';
import { roomRoutes } from './rooms.routes.ts';
import { createSearchMessages } from './search-messages.ts';
import { createSeedMessages, createSeedRoom, type SeedMessages, type SeedRoom } from './seed-room.ts';
import { SendLimit } from './send-limit.ts';
import { createStoreMessages } from './store-messages.ts';
import { nightlySweep, sweepRooms } from './sweep-rooms.job.ts';
import type { BucketRule } from './token-bucket.ts';
import { UnreadHints } from './unread-hints.ts';
import { createUpdateRoom } from './update-room.ts';
import { type ChatActivity, createZoneActivity } from './zone-activity.ts';

export interface ChatModuleDeps {
  readonly audit: AuditWriter;
  readonly events: EventPublisher;
  readonly jobs: JobQueue;
  readonly people: PeopleDirectory;
  readonly presence: Presence;
  readonly broadcaster: Broadcaster;
  readonly rateLimiter: RateLimiter;
  readonly files: ChatFiles;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly zoneContext: (id: ZoneId) => Promise<ZoneContext>;
  /** Sends per person; 500 at once, then 20 a second when left out. */
  readonly sendLimit?: BucketRule;
}

export interface ChatModule {
  readonly module: MadangModule;
  readonly attachRoom: AttachRoom;
  readonly detachRoom: DetachRoom;
  /** A module that attaches rooms of a type says who may do what in them; once per type, before the start. */
  registerAttachedRooms(type: string, access: AttachedRoomAccess): void;
  readonly zoneActivity: ChatActivity;
  /** Guests who spoke or joined somewhere: their identities are kept. */
  readonly guestTraces: GuestTraces;
  readonly seedRoom: SeedRoom;
  readonly seedMessages: SeedMessages;
}

const SEND_LIMIT: BucketRule = { burst: 500, perSecond: 20 };

export function createChatModule(deps: ChatModuleDeps): ChatModule {
  const access = new RoomAccess(deps);
  const views = new MessageViews(deps);
  const broadcasts = new Broadcasts(deps.broadcaster);
  const hints = new UnreadHints(broadcasts);
  const roomPresence = new RoomPresence({ ...deps, broadcasts });
  const readMarks = new ReadMarks({ broadcasts });
  const limit = new SendLimit({ ...deps, rule: deps.sendLimit ?? SEND_LIMIT });
  const parts = { ...deps, access, views, broadcasts };
  const sender = new MessageSender({ ...parts, hints, limit, store: createStoreMessages(parts) });
  const rooms = new RoomViews(parts);
  const joinRoom = createJoinRoom(parts);
  const endRoom = createEndRoom(parts);

  deps.files.onAccess(async (zone, principal, roomId) => {
    try {
      await access.reach(zone, principal, roomId);
      return true;
    } catch (error) {
      if (error instanceof MadangError) return false;
      throw error;
    }
  });

  return {
    attachRoom: createAttachRoom(deps),
    detachRoom: createDetachRoom({ endRoom }),
    registerAttachedRooms: (type, attached) => access.registerAttached(type, attached),
    zoneActivity: createZoneActivity(deps),
    guestTraces,
    seedRoom: createSeedRoom(deps),
    seedMessages: createSeedMessages(deps),
    module: {
      name: 'chat',
      grants: chatGrants,
      routes: [
        ...roomRoutes({
          rooms,
          joinRoom,
          readMarks,
          createRoom: createCreateRoom(parts),
          updateRoom: createUpdateRoom(parts),
          deleteRoom: createDeleteRoom({ ...parts, endRoom }),
          leaveRoom: createLeaveRoom(parts),
        }),
        ...messageRoutes({
          access,
          sender,
          files: deps.files,
          readHistory: createReadHistory(parts),
          editMessage: createEditMessage(parts),
          deleteMessage: createDeleteMessage(parts),
          react: createReact(parts),
          searchMessages: createSearchMessages(parts),
        }),
        ...memberRoutes({ rooms, members: createRoomMembers(parts), invitations: createInvitations(parts) }),
        ...moderationRoutes({ restrictions: createRestrictPerson(parts), pins: createPins(parts) }),
      ],
      sockets: [
        chatNamespace({ joinRoom, sender, readMarks, roomPresence, broadcasts, presence: deps.presence, catchUp: createCatchUp(parts) }),
      ],
      jobs: [
        job(sweepRooms, () => import('./sweep-rooms.job-handler.ts').then((handler) => handler.createHandler(deps))),
        job(purgeRoom, () => import('./purge-room.job-handler.ts').then((handler) => handler.createHandler(deps))),
      ],
      schedules: [nightlySweep],
      handlers: [
        onEvent({
          event: guestMerged,
          delivery: 'once',
          name: 'chat.merge-guest',
          handle: async ({ zone }, merge) => mergeGuest(await zone(), merge),
        }),
      ],
      start: async () => ({
        close: async () => {
          await Promise.all([sender.close(), readMarks.close()]);
          await Promise.all([hints.close(), roomPresence.close()]);
        },
      }),
    },
  };
}
