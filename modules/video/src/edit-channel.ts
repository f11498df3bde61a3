import { type AuditWriter, type Clock, type EventPublisher, fail, mayReach, type Principal, type ZoneContext } from '@madang/kernel';
import { ensureChannel, updateChannelRow } from './channel-store.ts';
import type { GrantCreator } from './create-video.ts';
import type { Channels } from './social-part.ts';
import { videoErrors } from './video-errors.ts';
import { channelChanged } from './video-events.ts';

export interface EditChannel {
  /** Throws `video.channel_exists`; a person has one [VI11]. */
  create(
    zone: ZoneContext,
    principal: Principal,
    input: { readonly name: string; readonly handle?: string | undefined; readonly description: string },
  ): Promise<string>;
  update(
    zone: ZoneContext,
    principal: Principal,
    channelId: string,
    change: { readonly name?: string | undefined; readonly handle?: string | undefined; readonly description?: string | undefined },
  ): Promise<string>;
}

export function createEditChannel(deps: {
  channels: Channels;
  grantCreator: GrantCreator;
  audit: AuditWriter;
  events: EventPublisher;
  clock: Clock;
}): EditChannel {
  return {
    create: (zone, principal, input) =>
      zone.db.transaction(async (tx) => {
        const made = await ensureChannel(tx, { ownerId: principal.id, ...input }, deps.clock.now());
        if (!made.fresh) fail(videoErrors.channel_exists);
        await deps.grantCreator(tx, principal.id);
        await deps.audit.record(tx, { action: 'create', resourceType: 'channel', resourceId: made.id, actor: principal });
        await deps.events.publish(tx, channelChanged, { channelId: made.id });
        return made.id;
      }),
    update: (zone, principal, channelId, change) =>
      zone.db.transaction(async (tx) => {
        const channel = await deps.channels.find(tx, channelId);
        if (!mayReach(principal, 'channel:update', { ownerId: channel.ownerId })) fail(videoErrors.not_allowed);
        const kept = await updateChannelRow(tx, channel.id, {
          name: change.name ?? null,
          handle: change.handle ?? null,
          description: change.description ?? null,
        });
        if (!kept) fail(videoErrors.handle_taken);
        const details = { changed: Object.keys(change).sort() };
        await deps.audit.record(tx, { action: 'update', resourceType: 'channel', resourceId: channel.id, actor: principal, details });
        await deps.events.publish(tx, channelChanged, { channelId: channel.id });
        return channel.id;
      }),
  };
}
