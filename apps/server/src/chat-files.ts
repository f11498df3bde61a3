import type { ChatFiles } from '@madang/chat';
import { cardOf, type MediaModule } from '@madang/media';

const SCOPE = 'room';

/** Chat's port for attachments, on the media module. */
export function chatFiles(media: MediaModule): ChatFiles {
  return {
    async receive({ zone, principal, roomId, stream, headers, signal }) {
      const options = { scope: { type: SCOPE, id: roomId }, maxBytes: zone.zone.limits.attachmentBytes };
      return cardOf(await media.receiveFile(zone, principal, { stream, headers, signal }, options));
    },
    attach: (tx, { roomId, ownerId, fileIds }) => media.attachFiles(tx, fileIds, ownerId, { type: SCOPE, id: roomId }),
    release: (tx, fileIds) => media.deleteFiles(tx, fileIds),
    cards: (zone, fileIds) => media.cardsOf(zone, fileIds),
    onAccess: (mayRead) => media.registerAccess(SCOPE, { mayRead: (zone, principal, file) => mayRead(zone, principal, file.scope.id) }),
  };
}
