/** Where to go after signing in: only ever a path of this very host, whatever stands in the address. */
export function nextPath(search: URLSearchParams, otherwise = '/'): string {
  const next = search.get('next');
  if (next === null || next.length > 2_000) return otherwise;
  // `//host` and `/\host` leave the host, and browsers drop tabs and line ends before they read an address
  return /^\/(?![/\\])[^\p{Cc}]*$/u.test(next) ? next : otherwise;
}
