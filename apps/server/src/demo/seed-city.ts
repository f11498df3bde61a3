import { PORTAL_PRESET, ZONE_PRESETS } from '@madang/zones';
import type { House } from '../compose.ts';

/** Makes what a city starts with: the demo's zones with their people and rooms, or the bare portal and a link for its first administrator. */
export async function seedCity(house: House, { say }: { secret: Buffer; say: (line: string) => void }): Promise<void> {
  const { config, zones, identity } = house;
  if (!config.demo) {
    await zones.seedZone(PORTAL_PRESET);
    const link = await identity.createSetupLink(await zones.directory.context(PORTAL_PRESET.id));
    if (link !== undefined) {
      say(`set up the first administrator: ${config.publicScheme}://${config.baseDomain}:${config.publicPort}/setup?token=${link.token}`);
    }
    return;
  }
  for (const preset of ZONE_PRESETS) await zones.seedZone(preset);
}
