export type { AttachRoom, DetachRoom } from './attach-room.ts';
export { roomCreated, roomDeleted } from './chat-events.ts';
export type { ChatFiles } from './chat-files.ts';
export type { AttachedGrant } from './chat-policies.ts';
export { type ChatModule, type ChatModuleDeps, createChatModule } from './module.ts';
export type { AttachedRoomAccess } from './room-access.ts';
export type { SeedMessages, SeedRoom } from './seed-room.ts';
export type { ChatActivity } from './zone-activity.ts';
