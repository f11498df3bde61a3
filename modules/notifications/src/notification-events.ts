import { defineEvent } from '@madang/kernel';
import { z } from 'zod';

/** Rows were made; those of one event are of one kind. */
export const notificationsMade = defineEvent('notifications.made', z.object({ ids: z.array(z.string()) }));
/** Rows were read or taken back: these people's counts changed. */
export const countsChanged = defineEvent('notifications.counts-changed', z.object({ userIds: z.array(z.string()) }));
