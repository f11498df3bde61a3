import { roomCreated, roomDeleted } from '@madang/chat';
import { type AnyEventHandler, type EventDefinition, type MadangModule, onEvent, type ZoneId } from '@madang/kernel';
import { channelChanged, videoChanged, videoDeleted, videoPublished } from '@madang/video';
import { zoneChanged } from '@madang/zones';

/** Tells whoever keeps public renders that what they show has changed, on every node. */
export class PublicContent {
  readonly #listeners = new Set<(zoneId: ZoneId) => void>();

  onChange(listener: (zoneId: ZoneId) => void): void {
    this.#listeners.add(listener);
  }

  readonly module: MadangModule = {
    name: 'pages',
    handlers: [zoneChanged, roomCreated, roomDeleted, videoPublished, videoChanged, videoDeleted, channelChanged].map((event) =>
      this.#hears(event as EventDefinition<unknown>),
    ),
  };

  #hears(event: EventDefinition<unknown>): AnyEventHandler {
    return onEvent({
      event,
      delivery: 'every-node',
      name: `pages.drop-on-${event.name.replaceAll('.', '-')}`,
      handle: ({ zoneId }) => {
        for (const listener of this.#listeners) listener(zoneId);
      },
    });
  }
}
