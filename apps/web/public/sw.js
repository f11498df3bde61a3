// The service worker: hashed assets are kept for good, and a page that cannot be reached becomes a page that says so.
// It never keeps an API answer, a file or a page: those are personal, or stale the next minute.
const ASSETS = 'madang-assets-1';
const MOST_ASSETS = 300;

const WORDS = {
  ko: { title: '오프라인이에요', text: '인터넷에 연결되면 이어서 할 수 있어요. 쓰던 내용은 이 기기에 남아 있어요.', retry: '다시 하기' },
  en: {
    title: 'You are offline',
    text: 'You can carry on once you are connected. What you were writing is kept on this device.',
    retry: 'Try again',
  },
  ja: { title: 'オフラインです', text: '接続が戻ると続きから使えます。書きかけの内容はこの端末に残っています。', retry: 'もう一度試す' },
  es: {
    title: 'No tienes conexión',
    text: 'Podrás continuar cuando vuelva. Lo que estabas escribiendo sigue en este dispositivo.',
    retry: 'Reintentar',
  },
};

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== ASSETS) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/assets/')) event.respondWith(asset(request));
  else if (request.mode === 'navigate') event.respondWith(fetch(request).catch(offlinePage));
});

/** The name holds the content's hash: what is here is right. */
async function asset(request) {
  const cache = await caches.open(ASSETS);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.status === 200) {
    await cache.put(request, answer.clone());
    const keys = await cache.keys();
    // the oldest go: they are of builds long past
    await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_ASSETS)).map((old) => cache.delete(old)));
  }
  return answer;
}

function offlinePage() {
  const locale = self.navigator.language.slice(0, 2);
  const lang = locale in WORDS ? locale : 'en';
  const { title, text, retry } = WORDS[lang];
  const html = `<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
  body { margin: 0; min-height: 100dvh; display: grid; place-content: center; padding: 24px; font: 15px/22px "Pretendard Variable", Pretendard, system-ui, sans-serif;
    word-break: keep-all; color: light-dark(#1c1b18, #f0f0f2); background: light-dark(#faf9f8, #0f1013); }
  main { display: grid; gap: 8px; max-width: 44ch; justify-items: start; }
  svg { width: 40px; height: 40px; color: light-dark(#8a8883, #74767c); margin-bottom: 8px; }
  h1 { font-size: 20px; line-height: 28px; margin: 0; }
  p { margin: 0; color: light-dark(#4b4945, #b8bac0); }
  a { margin-top: 12px; padding: 8px 14px; border-radius: 8px; font-weight: 600; text-decoration: none; color: light-dark(#fff, #0f1013); background: light-dark(#1c1b18, #f0f0f2); }
</style>
<main>
  <svg viewBox="0 0 24 24" aria-hidden="true"><rect x="3" y="3" width="18" height="18" rx="4" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="3.5 3"/></svg>
  <h1>${title}</h1>
  <p>${text}</p>
  <a href="">${retry}</a>
</main>
</html>`;
  return new Response(html, { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}
