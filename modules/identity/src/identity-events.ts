import { defineEvent } from '@madang/kernel';
import { z } from 'zod';

const userId = z.string();

/** Name, colour, avatar or role: what a card shows has changed. */
export const profileChanged = defineEvent('identity.profile-changed', z.object({ userId }));

/** A guest became an account; the id, and all that hangs on it, stays. */
export const guestRegistered = defineEvent('identity.guest-registered', z.object({ userId }));

/** What the guest did belongs to the account from now on; whoever keeps rows of people moves theirs. */
export const guestMerged = defineEvent('identity.guest-merged', z.object({ guestId: z.string(), userId }));

/** Role, capabilities, organization or standing changed: what the person may do is no longer what it was. */
export const accessChanged = defineEvent('identity.access-changed', z.object({ userId }));
