import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium as people have it: sound begins only after a tap, so a film that begins by itself is silent. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
];
const SETTLE_MS = 1500;
const LIMIT_MS = 30_000;

/** Milliseconds after the navigation began. */
export interface PageMoments {
  readonly firstByte: number;
  readonly firstPaint: number;
  readonly largestPaint: number;
  /** What that was: a tag, and where it is a picture its address. */
  readonly largest: string;
  /** A frame of the film on its way to the screen. */
  readonly firstFrame: number;
  readonly scriptKilobytes: number;
}

/** Runs before anything of the page. Page code sees nothing of it. */
const WATCHER = `
  const moments = { firstPaint: 0, largestPaint: 0, largest: '', firstFrame: 0 };
  Object.defineProperty(window, '__moments', { value: moments });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      moments.largestPaint = entry.startTime;
      moments.largest = (entry.element?.tagName ?? '') + ' ' + (entry.url ?? '');
    }
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === 'first-contentful-paint') moments.firstPaint = entry.startTime;
  }).observe({ type: 'paint', buffered: true });
  const seen = new WeakSet();
  const watch = (video) => {
    if (seen.has(video)) return;
    seen.add(video);
    video.requestVideoFrameCallback((now) => { moments.firstFrame ||= now; });
  };
  const look = () => document.querySelectorAll('video').forEach(watch);
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
`;

export const startChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS });

/** Somebody who was never here opens the page. Throws when no frame comes, or the page itself fails. */
export async function visit(browser: Browser, url: string): Promise<PageMoments> {
  const context = await browser.newContext({ locale: 'ko-KR', viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.addInitScript(WATCHER);
    const answer = await page.goto(url, { waitUntil: 'commit', timeout: LIMIT_MS });
    if (answer?.status() !== 200) throw new Error(`${url}: ${answer?.status()}; is the web application built?`);
    const end = performance.now() + LIMIT_MS;
    while ((await page.evaluate('window.__moments.firstFrame')) === 0) {
      if (performance.now() > end) throw new Error(`no frame of the film at ${url}: ${errors.join('; ')}`);
      await page.waitForTimeout(50);
    }
    await page.waitForTimeout(SETTLE_MS);
    if (errors.length > 0) throw new Error(errors.join('; '));
    return (await page.evaluate(`(() => {
      const [navigation] = performance.getEntriesByType('navigation');
      const scripts = performance.getEntriesByType('resource').filter((entry) => new URL(entry.name).pathname.endsWith('.js'));
      return { ...window.__moments, firstByte: navigation.responseStart, scriptKilobytes: scripts.reduce((sum, entry) => sum + entry.transferSize, 0) / 1000 };
    })()`)) as PageMoments;
  } finally {
    await context.close();
  }
}
