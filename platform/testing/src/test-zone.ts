import { FEATURES, type Zone } from '@madang/kernel';

/** An open zone with every feature, generous limits and names that say its id. */
export function testZone(id = 'univ', overrides: Partial<Zone> = {}): Zone {
  return {
    id,
    names: { ko: `${id} 구역`, en: `${id} zone`, ja: `${id} ゾーン`, es: `zona ${id}` },
    taglines: { ko: '', en: '', ja: '', es: '' },
    hue: 210,
    features: FEATURES,
    limits: { storageBytes: 10 * 1024 ** 3, seats: 1_000, attachmentBytes: 25 * 1024 ** 2, guestsMayCreate: true },
    domains: [],
    apexToWww: false,
    portal: false,
    status: 'open',
    version: 1,
    ...overrides,
  };
}
