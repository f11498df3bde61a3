import { defineEvent } from '@madang/kernel';
import { z } from 'zod';

/** A zone was made, or its settings, limits, domains or status are no longer what they were. */
export const zoneChanged = defineEvent('zones.zone-changed', z.object({ zoneId: z.string(), version: z.int() }));
