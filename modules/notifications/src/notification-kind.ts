import type { LocalizedText, Queries } from '@madang/kernel';
import type { ZodType } from 'zod';

/** What a module rings the bell for. Declared by that module, from its own folder: `defineNotification({ name: 'video.published', … })`. */
export interface NotificationKind<Payload = unknown> {
  /** `module.past-tense`, unique in the program. */
  readonly name: string;
  readonly payload: ZodType<Payload>;
  /** How the kind is named among a person's preferences. */
  readonly label: LocalizedText;
  /** The one line shown, with `{holes}` filled by the members of the payload that are text or numbers; `{actor}` is who did it. */
  readonly text: LocalizedText;
  /** Path on the zone's host that the line leads to. */
  readonly link: (payload: Payload) => string;
  /** Path of a small picture beside it, or null. */
  readonly image?: (payload: Payload) => string | null;
  /** Rings unless the person says otherwise; true by default. */
  readonly onByDefault?: boolean;
}

export function defineNotification<Payload>(kind: NotificationKind<Payload>): NotificationKind<Payload> {
  return kind;
}

/** How a module rings. */
export interface Notifier {
  /**
   * Joins the transaction. Nobody is told twice of the same `about` by the same kind; whoever switched the kind off is not
   * told. Any number of people (a channel's subscribers): they are told in the background.
   */
  notify<Payload>(
    tx: Queries,
    kind: NotificationKind<Payload>,
    notification: { readonly to: readonly string[]; readonly about: string; readonly actorId?: string | null; readonly payload: Payload },
  ): Promise<void>;
  /** Takes back what was told of it (the video was deleted, the like withdrawn). */
  retract<Payload>(tx: Queries, kind: NotificationKind<Payload>, about: string): Promise<void>;
}
