/**
 * Pages already seen can be read again without a network: what the API answered to this reader is
 * kept in a cache of their own, and goes with them. Nothing is ever sent later: a bid that cannot be
 * made now is refused now.
 */
const prefix = 'read-';
const reader_key = 'reader';
const answers_max = 120;
/** Lots, lists of them, their bids, and who is reading. */
const kept =
  /^\/api\/v1\/(auth\/me|categories|auctions(\?[^#]*)?|auctions\/[0-9a-f-]{36}(\/bids\?[^#]*)?)$/;

/** Where answers to the present reader are kept. */
function ownPlace(): string {
  return `${prefix}${localStorage.getItem(reader_key) ?? ''}`;
}

/** Says who is reading, by identity or '' for a guest. What others have read is forgotten. */
export function readAs(reader: string): void {
  if (!globalThis.caches) return;
  localStorage.setItem(reader_key, reader);
  const own = ownPlace();
  void caches.keys().then((names) => {
    for (const name of names) {
      if (name.startsWith(prefix) && name !== own) void caches.delete(name);
    }
  });
}

/** Where to keep an answer that is about to be asked for; null where it is none to keep. */
export function placeFor(address: string): string | null {
  return globalThis.caches && kept.test(address) ? ownPlace() : null;
}

/** Keeps an answer, unless somebody else is reading by now. */
export async function keepAnswer(place: string, address: string, body: string): Promise<void> {
  try {
    if (place !== ownPlace()) return;
    const cache = await caches.open(place);
    await cache.delete(address);
    await cache.put(address, new Response(body));
    const [oldest, ...rest] = await cache.keys();
    if (oldest && rest.length >= answers_max) await cache.delete(oldest);
    // Signed out while it was being written.
    if (place !== ownPlace()) await caches.delete(place);
  } catch {
    // No room, or not allowed to: then there is nothing to read without a network.
  }
}

/** The answer as it was when there was a network; null where there is none, or a network. */
export async function keptAnswer(place: string, address: string): Promise<Response | null> {
  if (navigator.onLine) return null;
  const cache = await caches.open(place);
  return (await cache.match(address)) ?? null;
}

/** Installs what serves the app itself without a network. */
export function installShell(script: string): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  // Once the page is there: it is for the next time.
  addEventListener('load', () => {
    void navigator.serviceWorker.register(script).catch(() => undefined);
  });
}
