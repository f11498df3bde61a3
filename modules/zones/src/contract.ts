import { endpoints, FEATURES } from '@madang/kernel';
import { z } from 'zod';

const name = z.string().trim().min(1).max(60);
const tagline = z.string().trim().max(120);

const namesSchema = z.strictObject({ ko: name, en: name, ja: name, es: name });
const taglinesSchema = z.strictObject({ ko: tagline, en: tagline, ja: tagline, es: tagline });
const featureSchema = z.enum(FEATURES);
const hueSchema = z.int().min(0).max(359);
const textSchema = z.object({ ko: z.string(), en: z.string(), ja: z.string(), es: z.string() });

/** A zone as anyone may see it. */
export const publicZoneSchema = z.object({
  id: z.string(),
  names: textSchema,
  taglines: textSchema,
  /** OKLCH hue of the accent, degrees. */
  hue: hueSchema,
  features: z.array(featureSchema),
  portal: z.boolean(),
});
export type PublicZone = z.infer<typeof publicZoneSchema>;

/** What is going on in a zone, in one line for the city's plan. */
export const zoneHighlightSchema = z.object({
  text: textSchema,
  /** True for what happens now and ends (a stream, an open session); false for what is always there. */
  live: z.boolean(),
  /** Where it leads inside the zone, or null for the zone's home. */
  path: z.string().nullable(),
});
export type ZoneHighlight = z.infer<typeof zoneHighlightSchema>;

export const cityZoneSchema = publicZoneSchema.extend({
  /** `scheme://host[:port]` of the zone's front door, reachable from the host that asked. */
  origin: z.string(),
  /** People with an open connection now. */
  online: z.int().min(0),
  highlight: zoneHighlightSchema.nullable(),
});
export type CityZone = z.infer<typeof cityZoneSchema>;

export const zoneLimitsSchema = z.object({
  storageBytes: z.int().min(0),
  seats: z.int().min(0),
  attachmentBytes: z.int().min(0),
  guestsMayCreate: z.boolean(),
});

export const adminZoneSchema = publicZoneSchema.extend({
  limits: zoneLimitsSchema,
  domains: z.array(z.string()),
  status: z.enum(['open', 'closed']),
  /** Send it back with a change; a change made from an older version is refused with 409. */
  version: z.int(),
});
export type AdminZone = z.infer<typeof adminZoneSchema>;

export const updateZoneSchema = z
  .strictObject({
    version: z.int().min(1),
    names: namesSchema.optional(),
    taglines: taglinesSchema.optional(),
    hue: hueSchema.optional(),
    features: z
      .array(featureSchema)
      .max(FEATURES.length)
      .transform((features) => FEATURES.filter((feature) => features.includes(feature)))
      .optional(),
  })
  .refine((change) => Object.keys(change).length > 1, { message: 'names nothing to change' });

const TEBIBYTE = 1024 ** 4;
export const updateZoneLimitsSchema = z
  .strictObject({
    version: z.int().min(1),
    storageBytes: z
      .int()
      .min(0)
      .max(1024 * TEBIBYTE)
      .optional(),
    seats: z.int().min(0).max(10_000_000).optional(),
    attachmentBytes: z
      .int()
      .min(1)
      .max(1024 ** 3)
      .optional(),
    guestsMayCreate: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 1, { message: 'names nothing to change' });

export const zoneEndpoints = endpoints({
  'GET /api/v1/zone': {
    summary: 'The zone this host belongs to',
    responses: { 200: publicZoneSchema },
  },
  'GET /api/v1/city': {
    summary: 'All open zones, in the order of the plan, and how many people are in each',
    responses: { 200: z.object({ items: z.array(cityZoneSchema), online: z.int().min(0) }) },
  },
  'GET /api/v1/admin/zone': {
    summary: "This zone's settings and limits",
    responses: { 200: adminZoneSchema },
  },
  'PATCH /api/v1/admin/zone': {
    summary: "Changes this zone's names, taglines, hue or features",
    body: updateZoneSchema,
    responses: { 200: adminZoneSchema },
  },
  'PATCH /api/v1/admin/zone/limits': {
    summary: "Changes this zone's limits (operator)",
    body: updateZoneLimitsSchema,
    responses: { 200: adminZoneSchema },
  },
  'GET /api/v1/admin/zones': {
    summary: 'Every zone with its limits and domains (operator)',
    responses: { 200: z.object({ items: z.array(adminZoneSchema) }) },
  },
});
