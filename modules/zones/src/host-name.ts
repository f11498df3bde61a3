import { domainToASCII } from 'node:url';

/** Names that stand before a zone's host and mean a part of the same zone. */
export const HOST_PREFIXES = ['www', 'app', 'api', 'static', 'admin', 'sfu', 'vod'] as const;
export type HostPrefix = (typeof HOST_PREFIXES)[number];

export function isHostPrefix(label: string): label is HostPrefix {
  return (HOST_PREFIXES as readonly string[]).includes(label);
}

/** Letters, digits and inner hyphens, 1–63 each, dots between (RFC 1123 §2.1, RFC 1035 §2.3.4). */
const HOST_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

export interface HostName {
  /** Lower case, no trailing dot, no port; IPv6 in brackets. */
  readonly name: string;
  /** `:3000`, or '' when none was sent. */
  readonly port: string;
}

/**
 * Reads a Host header (RFC 9110 §7.2). Undefined for what no name server or browser would produce: credentials, paths,
 * white space, bytes beyond ASCII (browsers send IDNs as `xn--`), empty labels, ports out of range.
 */
export function parseHost(host: string | undefined): HostName | undefined {
  if (host === undefined || host.length === 0 || host.length > 261) return undefined;
  const parts = /^(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?$/.exec(host);
  const raw = parts?.[1];
  if (raw === undefined) return undefined;
  const port = parts?.[2] === undefined ? '' : `:${Number(parts[2])}`;
  if (port !== '' && (port === ':0' || Number(port.slice(1)) > 65_535)) return undefined;
  let name = raw.toLowerCase();
  if (name.startsWith('[')) return { name, port };
  if (name.endsWith('.')) name = name.slice(0, -1);
  if (name.length > 253 || !HOST_NAME.test(name)) return undefined;
  return { name, port };
}

/** A custom domain as it is stored (IDNs as `xn--`), or undefined when it cannot be one: addresses, single labels, garbage. */
export function normalizeDomain(domain: string): string | undefined {
  const written = domain.trim().replace(/\.$/, '');
  // The conversion reads its argument as the host of a URL and would cut off what follows it.
  if (!/^[\p{L}\p{N}\p{M}.-]+$/u.test(written)) return undefined;
  const ascii = domainToASCII(written);
  if (ascii.length === 0 || ascii.length > 253 || !HOST_NAME.test(ascii)) return undefined;
  if (!ascii.includes('.') || /^[\d.]+$/.test(ascii)) return undefined;
  return ascii;
}
