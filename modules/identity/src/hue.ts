/** The hue (0–359) a person starts with: FNV-1a of the id, so the same id has the same colour wherever it is drawn. */
export function hueOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193) >>> 0;
  return hash % 360;
}
