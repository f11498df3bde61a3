import type { Zone } from '@madang/kernel';
import { DEFAULT_LIMITS } from './zone-presets.ts';

/** An open zone that never saw a database. */
export function fakeZone(id: string, rest: Partial<Zone> = {}): Zone {
  const text = { ko: id, en: id, ja: id, es: id };
  return {
    id,
    names: text,
    taglines: text,
    hue: 160,
    features: ['rooms'],
    limits: DEFAULT_LIMITS,
    domains: [],
    apexToWww: true,
    portal: false,
    status: 'open',
    version: 1,
    ...rest,
  };
}
