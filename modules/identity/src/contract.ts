import { CAPABILITIES, endpoints, ID_PATTERN, LOCALES, ROLES } from '@madang/kernel';
import { z } from 'zod';

/** E-mail addresses are compared in lower case, within one zone. 254 characters is what SMTP carries (RFC 5321 §4.5.3.1). */
export const email = z.string().trim().toLowerCase().max(254).pipe(z.email());
/** Only its length is the schema's business; the policy of `password-policy.ts` names what is missing. */
export const password = z.string().min(1).max(200);
/** One line without control characters, composed (NFC), so that the same name typed on any machine is the same text. */
const line = (shortest: number, longest: number) =>
  z
    .string()
    .normalize('NFC')
    .trim()
    .min(shortest)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u);
export const personName = line(1, 40);
/** OKLCH hue, whole degrees. */
export const colour = z.int().min(0).max(359);
export const locale = z.enum(LOCALES);
export const role = z.enum(ROLES);
export const capability = z.enum(CAPABILITIES);
const id = z.string().regex(ID_PATTERN);
const instant = z.iso.datetime();
/** A secret of one use: 256 bits, base64url. */
const oneTimeToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const cursor = z.string().max(200);
const limit = z.coerce.number().int().min(1).max(100).default(50);

/** What everyone in a zone may see of a person. */
export const publicPerson = z.object({
  id,
  name: z.string(),
  colour,
  avatarUrl: z.string().nullable(),
  role,
  guest: z.boolean(),
});

/** What a person sees of themselves. `permissions` is for showing and hiding; the server decides again. */
export const me = publicPerson.extend({
  email: z.string().nullable(),
  locale,
  capabilities: z.array(capability),
  organization: z.object({ id, name: z.string() }).nullable(),
  permissions: z.array(z.string()),
  createdAt: instant,
});

/** The answer of everything that signs in. `expiresIn` is in seconds. */
export const signedInBody = z.object({ user: me, accessToken: z.string(), expiresIn: z.int().positive() });

export const sessionView = z.object({
  id,
  /** True for the session that asks. */
  current: z.boolean(),
  userAgent: z.string().nullable(),
  ip: z.string().nullable(),
  createdAt: instant,
  lastUsedAt: instant,
  expiresAt: instant,
});

export const memberStatus = z.enum(['invited', 'active', 'suspended']);
export const member = publicPerson.extend({
  email: z.string().nullable(),
  capabilities: z.array(capability),
  organization: z.object({ id, name: z.string() }).nullable(),
  status: memberStatus,
  createdAt: instant,
  lastSeenAt: instant.nullable(),
});

export const organizationName = line(1, 80);
export const organization = z.object({ id, name: z.string(), memberCount: z.int().min(0), createdAt: instant });

const items = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });
const userParams = z.object({ userId: id });

export const identityEndpoints = endpoints({
  'POST /api/v1/auth/guest': {
    summary: 'Become a guest: an identity, a name and a colour in one tap',
    body: z.object({ name: personName.optional(), locale: locale.optional() }),
    responses: { 201: signedInBody },
  },
  'POST /api/v1/auth/register': {
    summary: 'Open an account; with a guest’s bearer the guest becomes the account and keeps its id',
    body: z.object({ email, password, name: personName, locale: locale.optional() }),
    responses: { 201: signedInBody },
  },
  'POST /api/v1/auth/login': {
    summary: 'Sign in; with a guest’s bearer and `merge`, what the guest did moves to the account',
    body: z.object({ email, password, merge: z.boolean().default(false) }),
    responses: { 200: signedInBody },
  },
  'POST /api/v1/auth/refresh': {
    summary: 'A new access token for the refresh cookie, which is rotated',
    responses: { 200: signedInBody },
  },
  'POST /api/v1/auth/logout': {
    summary: 'End this session everywhere',
    responses: { 204: null },
  },
  'POST /api/v1/auth/set-password': {
    summary: 'Choose the first password of an invited account with the link’s token, and sign in',
    body: z.object({ token: oneTimeToken, password, name: personName.optional() }),
    responses: { 200: signedInBody },
  },
  'POST /api/v1/auth/setup': {
    summary: 'Make the first administrator, on the portal, with the token printed at first start',
    body: z.object({ token: oneTimeToken, email, password, name: personName }),
    responses: { 201: signedInBody },
  },
  'POST /api/v1/auth/enter': {
    summary: 'On the portal: a one-minute code with which a super admin or operator enters a zone; audited with the reason',
    body: z.object({ zoneId: z.string().min(2).max(32), reason: line(3, 300) }),
    responses: { 200: z.object({ code: z.string(), expiresIn: z.int().positive() }) },
  },
  'POST /api/v1/auth/exchange': {
    summary: 'On the zone’s host: the code of `enter` for a session of one hour',
    body: z.object({ code: oneTimeToken }),
    responses: { 200: signedInBody },
  },
  'GET /.well-known/jwks.json': {
    summary: 'Public keys of access tokens (RFC 7517), the same in every zone',
    responses: {
      200: z.object({
        keys: z.array(z.object({ kty: z.string(), crv: z.string(), x: z.string(), kid: z.string(), alg: z.string(), use: z.string() })),
      }),
    },
  },

  'GET /api/v1/users/me': { summary: 'Who I am here', responses: { 200: me } },
  'PATCH /api/v1/users/me': {
    summary: 'Change my name, colour, language or the organization I act for',
    body: z
      .object({ name: personName, colour, locale, orgId: id })
      .partial()
      .refine((change) => Object.values(change).some((value) => value !== undefined), 'nothing to change'),
    responses: { 200: me },
  },
  'PUT /api/v1/users/me/avatar': {
    summary: 'Use an uploaded picture as my avatar',
    body: z.object({ fileId: id }),
    responses: { 200: me },
  },
  'DELETE /api/v1/users/me/avatar': { summary: 'Back to my initial on my colour', responses: { 200: me } },
  'POST /api/v1/users/me/password': {
    summary: 'Change my password; my other sessions end',
    body: z.object({ oldPassword: password, newPassword: password }),
    responses: { 204: null },
  },
  'GET /api/v1/users/me/sessions': { summary: 'Where I am signed in, last used first', responses: { 200: items(sessionView) } },
  'DELETE /api/v1/users/me/sessions': { summary: 'Sign out everywhere else', responses: { 204: null } },
  'DELETE /api/v1/users/me/sessions/:sessionId': {
    summary: 'Sign out one of my sessions',
    params: z.object({ sessionId: id }),
    responses: { 204: null },
  },
  'GET /api/v1/users/:userId': {
    summary: 'A person’s public card',
    params: userParams,
    responses: { 200: publicPerson },
  },
  'GET /api/v1/users': {
    summary: 'People by the beginning of a name or something like it: accounts, and guests seen lately',
    query: z.object({
      query: line(1, 40),
      limit: z.coerce.number().int().min(1).max(20).default(10),
    }),
    responses: { 200: items(publicPerson) },
  },

  'GET /api/v1/admin/members': {
    summary: 'Accounts of the zone or of one’s organization, newest first; `X-Next-Cursor` leads on',
    query: z.object({
      query: line(1, 100).optional(),
      role: role.optional(),
      status: memberStatus.optional(),
      orgId: id.optional(),
      cursor: cursor.optional(),
      limit,
    }),
    responses: { 200: items(member) },
  },
  'POST /api/v1/admin/members': {
    summary: 'Invite a person; answers a token for a set-password link that works once within seven days',
    body: z.object({
      email,
      name: personName,
      role: role.exclude(['guest', 'super_admin']).default('student'),
      orgId: id.nullable().optional(),
      locale: locale.optional(),
    }),
    responses: { 201: z.object({ member, token: z.string(), expiresAt: instant }) },
  },
  'PATCH /api/v1/admin/members/:userId': {
    summary: 'Change a member’s role, organization, capabilities, or suspend them',
    params: userParams,
    body: z
      .object({
        role: role.exclude(['guest']),
        orgId: id.nullable(),
        capabilities: z.array(capability).max(CAPABILITIES.length),
        status: z.enum(['active', 'suspended']),
      })
      .partial()
      .refine((change) => Object.values(change).some((value) => value !== undefined), 'nothing to change'),
    responses: { 200: member },
  },
  'GET /api/v1/admin/organizations': {
    summary: 'Organizations by name; `X-Next-Cursor` leads on',
    query: z.object({ cursor: cursor.optional(), limit }),
    responses: { 200: items(organization) },
  },
  'POST /api/v1/admin/organizations': {
    summary: 'Found an organization',
    body: z.object({ name: organizationName }),
    responses: { 201: organization },
  },
  'PATCH /api/v1/admin/organizations/:organizationId': {
    summary: 'Rename an organization',
    params: z.object({ organizationId: id }),
    body: z.object({ name: organizationName }),
    responses: { 200: organization },
  },
  'DELETE /api/v1/admin/organizations/:organizationId': {
    summary: 'Dissolve an organization that has no members',
    params: z.object({ organizationId: id }),
    responses: { 204: null },
  },
  'PUT /api/v1/admin/organizations/:organizationId/members/:userId': {
    summary: 'Make someone a member besides where they belong already, or change the role they hold there',
    params: z.object({ organizationId: id, userId: id }),
    body: z.object({ role: z.enum(['org_admin', 'teacher', 'student', 'parent']) }),
    responses: { 200: member },
  },
  'DELETE /api/v1/admin/organizations/:organizationId/members/:userId': {
    summary: 'End someone’s membership of an organization',
    params: z.object({ organizationId: id, userId: id }),
    responses: { 204: null },
  },
});

export type IdentityEndpoints = typeof identityEndpoints;
export type PublicPerson = z.output<typeof publicPerson>;
export type Me = z.output<typeof me>;
export type SignedInBody = z.output<typeof signedInBody>;
export type SessionView = z.output<typeof sessionView>;
export type Member = z.output<typeof member>;
export type Organization = z.output<typeof organization>;
