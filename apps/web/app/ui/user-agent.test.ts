import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deviceOf } from './user-agent.ts';

describe('the device behind a User-Agent', () => {
  for (const [agent, browser, system, kind] of [
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0',
      'Edge',
      'Windows',
      'computer',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
      'Safari',
      'macOS',
      'computer',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0 Mobile/15E148 Safari/604.1',
      'Chrome',
      'iPhone',
      'phone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 16; SM-S938N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36',
      'Samsung Internet',
      'Android',
      'phone',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0', 'Firefox', 'Linux', 'computer'],
    ['curl/8.5.0', 'curl', null, 'program'],
    ['', null, null, 'program'],
  ] as const) {
    it(agent === '' ? 'that is not named' : `${browser} on ${system}`, () => {
      assert.deepEqual(deviceOf(agent), { browser, system, kind });
    });
  }
  it('that sent none', () => assert.deepEqual(deviceOf(null), { browser: null, system: null, kind: 'program' }));
});
