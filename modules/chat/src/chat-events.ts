import { defineEvent } from '@madang/kernel';
import { z } from 'zod';

/** Facts about rooms. A message is none of them: its row, with its sequence, is the event. */
export const roomCreated = defineEvent('chat.room-created', z.object({ roomId: z.string(), visibility: z.string() }));
export const roomDeleted = defineEvent('chat.room-deleted', z.object({ roomId: z.string() }));
