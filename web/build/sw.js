// Serves the app itself where there is no network. It holds the app's own files alone: what the API
// answers is kept by the page, and nothing is ever sent later. FILES and RELEASE come from the build.
const shell = `shell-${RELEASE}`;
const page = '/index.html';

addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(shell)
      .then((cache) => cache.addAll([page, ...FILES]))
      .then(() => skipWaiting()),
  );
});

addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith('shell-') && name !== shell))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => clients.claim()),
  );
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate') {
    // An address that is not a page, such as a picture's, is not answered with one.
    if (!/^\/(api|media|assets)\//.test(pathname)) {
      event.respondWith(fetch(request).catch(() => caches.match(page, { cacheName: shell })));
    }
  } else if (pathname.startsWith('/assets/')) {
    event.respondWith(ownFile(request));
  }
});

// A file in assets/ is named by its content, so one that was fetched once is right for ever.
async function ownFile(request) {
  const cache = await caches.open(shell);
  const known = await cache.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
