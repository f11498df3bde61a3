import { BlockList, isIP } from 'node:net';

const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
};

/** Whether an address is one of those listed. */
export interface IpList {
  has(ip: string): boolean;
}

/** From addresses, CIDR ranges and the names `loopback` and `private`. Throws `TypeError` naming an entry it cannot read. */
export function ipList(entries: readonly string[]): IpList {
  const list = new BlockList();
  for (const entry of entries.flatMap((name) => NAMED[name] ?? [name])) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address);
    const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
    if (family === 0 || !/^\d{1,3}$/.test(prefix ?? '0') || bits > (family === 4 ? 32 : 128)) {
      throw new TypeError(`"${entry}" is not an IP address, a CIDR range, "loopback" or "private"`);
    }
    list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  }
  if (entries.length === 0) return { has: () => false };
  return { has: (ip) => list.check(ip, ip.includes(':') ? 'ipv6' : 'ipv4') };
}

export const loopback: IpList = ipList(['loopback']);

/** IPv4 written as IPv6 (`::ffff:192.0.2.1`) is the same client. */
export function plainIp(ip: string): string {
  return ip.startsWith('::ffff:') && ip.includes('.') ? ip.slice(7) : ip;
}

/** What anonymous limits count by: an IPv4 address, or the /64 a household's IPv6 addresses share. */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
