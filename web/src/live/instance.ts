import { ApiFailure, api, failureOf, onServerTime, unwrap } from '@/lib/api/client';
import type { Auction, User } from '@/lib/api/types';
import { dropSeed, seededTime } from '@/lib/seed';
import { onMe } from '@/lib/session';
import { LotBook } from './book';
import { ServerClock } from './clock';
import { LiveFeed, type PolledLot, type Socket } from './feed';
import { type Answer, type Order, OrderSender } from './intents';
import { Watching } from './watching';

/** The page's one clock, one book of lots, one socket and one sender of orders. */
export const clock = new ServerClock();
export const book = new LotBook();

function connect(): Socket {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return new WebSocket(`${scheme}://${location.host}/ws`);
}

async function fetchLot(id: string, etag: string | null): Promise<PolledLot> {
  const { data, error, response } = await api.GET('/api/v1/auctions/{id}', {
    params: { path: { id } },
    headers: etag ? { 'If-None-Match': etag } : {},
  });
  if (response.status === 304) return { lot: null, etag };
  if (!data) throw failureOf(response, error);
  return { lot: data as Auction, etag: response.headers.get('ETag') };
}

export const feed = new LiveFeed({ book, clock, connect, fetchLot });

type BidAnswer = { isHighestBidder: boolean; finalAmount: number };

async function post(
  lotId: string,
  order: Order,
  key: string,
  signal: AbortSignal,
): Promise<Answer> {
  const init = {
    params: { path: { id: lotId } },
    headers: { 'X-Idempotency-Key': key },
    signal,
  };
  const { data, error, response } = await send(order, init);
  if (!response.ok) {
    const failure = failureOf(response, error);
    return {
      status: response.status,
      refusal: { code: failure.code, message: failure.message, details: failure.details },
      retryAfterSeconds: failure.retryAfterSeconds,
    };
  }
  const bid = order.kind === 'bid' ? (data as BidAnswer) : undefined;
  return { status: response.status, leads: bid?.isHighestBidder, finalAmount: bid?.finalAmount };
}

type OrderInit = {
  params: { path: { id: string } };
  headers: Record<string, string>;
  signal: AbortSignal;
};

function send(
  order: Order,
  init: OrderInit,
): Promise<{ data?: unknown; error?: unknown; response: Response }> {
  switch (order.kind) {
    case 'bid': {
      const { amount, maxAmount } = order;
      const body = maxAmount === undefined ? { amount } : { amount, maxAmount };
      return api.POST('/api/v1/auctions/{id}/bids', { ...init, body });
    }
    case 'autoBid':
      return api.POST('/api/v1/auctions/{id}/proxy', {
        ...init,
        body: { maxAmount: order.maxAmount },
      });
    case 'cancelAutoBid':
      return api.DELETE('/api/v1/auctions/{id}/proxy', init);
  }
}

export const orders = new OrderSender({
  post,
  isOffline: () => !navigator.onLine || feed.connection.getState() === 'offline',
  // A maximum changes silently, and a refusal often means that the page is behind.
  onAnswered: (lotId) => feed.refresh(lotId),
});

/** The viewer's wishes to watch lots. */
export const watching = new Watching({
  async send(lotId, watch) {
    try {
      await unwrap<unknown>(
        watch
          ? api.POST('/api/v1/users/me/watchlist', { body: { auctionId: lotId } })
          : api.DELETE('/api/v1/users/me/watchlist/{id}', {
              params: { path: { id: lotId } },
            }),
      );
      return null;
    } catch (error) {
      return error instanceof ApiFailure ? error.code : 'UNEXPECTED';
    }
  },
  async renew(lotId) {
    // Where the lot cannot be had now, the wish was taken all the same; it shows with the next sight.
    const { lot } = await fetchLot(lotId, null).catch(() => ({ lot: null }));
    if (lot) book.absorb(lot);
  },
});

/** Opens the socket and follows the browser's word about network and visibility. */
export function startLive(): void {
  onServerTime((serverTime, sentAt, receivedAt) => clock.observe(serverTime, sentAt, receivedAt));
  onMe((me) => orders.identify(me.id));
  const seeded = seededTime();
  if (seeded) clock.observe(seeded.serverTime, seeded.sentAt, seeded.receivedAt);
  addEventListener('online', () => {
    feed.browserOnline();
    orders.retryNow();
  });
  addEventListener('offline', () => feed.browserOffline());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') feed.becameVisible();
  });
  feed.start();
  // A page that was kept may be opened without a network; nothing tells of that as an event.
  if (!navigator.onLine) feed.browserOffline();
}

/** To be called when somebody signed in or out: lots hold what one viewer may see. */
export function identityChanged(me: User | null): void {
  dropSeed();
  orders.clear();
  if (me) orders.identify(me.id);
  watching.clear();
  book.clear();
  feed.identityChanged();
}
