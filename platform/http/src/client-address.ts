import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { ipList, plainIp } from './ip-list.ts';

export interface ClientAddress {
  readonly ip: string;
  readonly secure: boolean;
  /** `host[:port]` the client asked for. */
  readonly host: string | undefined;
}

/** Finds the client behind proxies. Forwarding headers of a peer that is not trusted are as if absent. */
export interface ProxyTrust {
  resolve(request: IncomingMessage): ClientAddress;
}

/** `trusted` as `ipList` takes it. */
export function createProxyTrust(trusted: readonly string[]): ProxyTrust {
  const proxies = ipList(trusted);
  return {
    resolve(request) {
      const { headers, socket } = request;
      const peer = plainIp(socket.remoteAddress ?? '0.0.0.0');
      const encrypted = (socket as { encrypted?: boolean }).encrypted === true;
      if (trusted.length === 0 || !proxies.has(peer)) return { ip: peer, secure: encrypted, host: headers.host };
      const proto = lastOf(headers['x-forwarded-proto']);
      return {
        ip: clientOf(headers['x-forwarded-for'], peer, proxies.has),
        secure: proto === undefined ? encrypted : proto.toLowerCase() === 'https',
        host: lastOf(headers['x-forwarded-host']) ?? headers.host,
      };
    },
  };
}

/**
 * Each proxy appends the address it saw, so only the right end of the list is believable: walk from there over trusted
 * proxies to the first that is not one. Whatever a client wrote itself stands further left and is never reached.
 */
function clientOf(forwarded: string | string[] | undefined, peer: string, isProxy: (ip: string) => boolean): string {
  let client = peer;
  const chain = forwarded === undefined ? [] : String(forwarded).split(',');
  for (let i = chain.length - 1; i >= 0; i--) {
    const ip = addressOf(chain[i] ?? '');
    if (ip === undefined) break;
    client = ip;
    if (!isProxy(ip)) break;
  }
  return client;
}

/** `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443`. */
function addressOf(entry: string): string | undefined {
  const text = entry.trim();
  const bare = text.startsWith('[')
    ? text.slice(1, text.indexOf(']'))
    : /^[\d.]+:\d+$/.test(text)
      ? text.slice(0, text.indexOf(':'))
      : text;
  return isIP(bare) === 0 ? undefined : plainIp(bare);
}

function lastOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = String(header);
  const last = text.slice(text.lastIndexOf(',') + 1).trim();
  return last === '' ? undefined : last;
}
