import type { Closable, Locale } from '@madang/kernel';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Debian's Chromium; nothing of it reaches out to the network by itself. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const VIEWPORTS = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the page itself: uncaught ones, and what the console calls an error. */
  readonly errors: string[];
}

export interface TestBrowser extends Closable {
  visitor(options: { locale: Locale; screen: keyof typeof VIEWPORTS; theme?: 'light' | 'dark' }): Promise<Visitor>;
}

const REGION: Record<Locale, string> = { ko: 'ko-KR', en: 'en-US', ja: 'ja-JP', es: 'es-ES' };

/** What a network that is cut on purpose writes to the console. */
const EXPECTED_NOISE =
  /net::ERR_INTERNET_DISCONNECTED|WebSocket connection to|Failed to load resource: the server responded with a status of 4\d\d/;

export async function startBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: FLAGS,
  });
  return {
    async visitor({ locale, screen, theme = 'light' }) {
      const context = await browser.newContext({
        locale: REGION[locale],
        viewport: VIEWPORTS[screen],
        colorScheme: theme,
        hasTouch: screen === 'phone',
        reducedMotion: 'reduce',
        timezoneId: 'Asia/Seoul',
      });
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !EXPECTED_NOISE.test(message.text())) errors.push(message.text());
      });
      return { context, page, errors };
    },
    close: () => browser.close(),
  };
}

/** Asks the page until the expression holds. (`waitForFunction` evaluates inside the page, which its own policy forbids.) */
export async function until(page: Page, expression: string, seconds = 10): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while ((await page.evaluate(`Boolean(${expression})`)) !== true) {
    if (performance.now() > end) throw new Error(`never true within ${seconds} s: ${expression}`);
    await page.waitForTimeout(50);
  }
}
