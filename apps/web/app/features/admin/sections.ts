import type { PagePerson, PageZone } from '@madang/kernel/web';
import { mayDo } from '../../shell/page.ts';
import type { IconName } from '../../ui/icon-names.ts';

/** A room of the administration and who may enter it. */
export interface Section {
  readonly name: 'overview' | 'members' | 'organizations' | 'rooms' | 'audit' | 'settings' | 'limits' | 'zones';
  readonly to: string;
  readonly icon: IconName;
  readonly group: 'top' | 'people' | 'zone' | 'city';
  readonly open: (person: PagePerson, zone: PageZone) => boolean;
}

/** As the server asks of the first call that a section makes; who may open none has no administration at all. */
const OWN: readonly Section[] = [
  { name: 'members', to: '/admin/members', icon: 'users', group: 'people', open: (person) => mayDo(person, 'user:read') },
  { name: 'organizations', to: '/admin/organizations', icon: 'building', group: 'people', open: (person) => mayDo(person, 'org:read') },
  {
    name: 'rooms',
    to: '/admin/rooms',
    icon: 'rooms',
    group: 'people',
    open: (person, zone) => zone.features.includes('rooms') && mayDo(person, 'room:delete'),
  },
  { name: 'audit', to: '/admin/audit', icon: 'shield', group: 'people', open: (person) => mayDo(person, 'audit:read') },
  { name: 'settings', to: '/admin/settings', icon: 'palette', group: 'zone', open: (person) => mayDo(person, 'zone:update') },
  {
    name: 'limits',
    to: '/admin/limits',
    icon: 'settings',
    group: 'zone',
    open: (person) => mayDo(person, 'zone:read') || mayDo(person, 'zone-limits:read'),
  },
  {
    name: 'zones',
    to: '/admin/zones',
    icon: 'door',
    group: 'city',
    open: (person, zone) => zone.portal && mayDo(person, 'zone:enter') && mayDo(person, 'zone-limits:read'),
  },
];
const OVERVIEW: Section = { name: 'overview', to: '/admin', icon: 'home', group: 'top', open: () => true };

export function openSections(person: PagePerson | null, zone: PageZone): readonly Section[] {
  if (person === null) return [];
  const own = OWN.filter((section) => section.open(person, zone));
  return own.length === 0 ? [] : [OVERVIEW, ...own];
}

/** The section an address lies in, if this person may enter it. */
export function sectionAt(pathname: string, person: PagePerson | null, zone: PageZone): Section | undefined {
  const path = pathname.replace(/\.data$/, '').replace(/(.)\/+$/, '$1');
  return openSections(person, zone).find((section) => section.to === path);
}
