import type { SetCookie } from '@madang/kernel';

const NONE: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>);

/** Cookies of a request (RFC 6265 §5.4); the first of a name wins, as the most specific path comes first. */
export function readCookies(header: string | undefined): Readonly<Record<string, string>> {
  if (header === undefined || header === '') return NONE;
  const cookies = Object.create(null) as Record<string, string>;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 1) continue;
    const name = pair.slice(0, equals).trim();
    if (name === '' || name in cookies) continue;
    const raw = pair.slice(equals + 1).trim();
    cookies[name] = decode(raw.startsWith('"') && raw.endsWith('"') && raw.length > 1 ? raw.slice(1, -1) : raw);
  }
  return cookies;
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** One `Set-Cookie` value. Without `maxAgeSeconds` it ends with the browser; 0 removes it. httpOnly, Lax and `/` unless said. */
export function writeCookie(cookie: SetCookie, secure: boolean): string {
  if (!NAME.test(cookie.name)) throw new TypeError(`"${cookie.name}" cannot be a cookie's name`);
  let text = `${cookie.name}=${encodeURIComponent(cookie.value)}; Path=${cookie.path ?? '/'}`;
  if (cookie.maxAgeSeconds !== undefined) text += `; Max-Age=${Math.trunc(cookie.maxAgeSeconds)}`;
  if (cookie.httpOnly ?? true) text += '; HttpOnly';
  if (secure) text += '; Secure';
  return `${text}; SameSite=${cookie.sameSite ?? 'Lax'}`;
}
