import type { Role } from './principal.ts';
import type { ZoneContext } from './zone.ts';

/** What others see of a person; right within a second of a change. */
export interface PersonCard {
  readonly id: string;
  readonly name: string;
  /** OKLCH hue 0–359 of the avatar's ground. */
  readonly colour: number;
  readonly avatarUrl: string | null;
  readonly role: Role;
  readonly guest: boolean;
}

/** Reads cards through a cache that events keep right; missing people come back as a placeholder named in the reader's language by the page. */
export interface PeopleDirectory {
  cards(zone: ZoneContext, ids: readonly string[]): Promise<ReadonlyMap<string, PersonCard>>;
  /** Account and guest ids that exist in this zone, of those asked. */
  existing(zone: ZoneContext, ids: readonly string[]): Promise<ReadonlySet<string>>;
}
