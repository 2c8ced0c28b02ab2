import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveMessage } from '@/lib/api/types';
import { LotBook } from './book';
import { ServerClock } from './clock';
import { LiveFeed, type PolledLot, type Socket } from './feed';
import { aLot, seeded, TestHouse } from './testing';

type Frame = { type: string; auctionId?: string };

class TestSocket implements Socket {
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  frames: Frame[] = [];
  closed = false;
  onframe: (frame: Frame) => void = () => {};

  send(data: string): void {
    const frame = JSON.parse(data) as Frame;
    this.frames.push(frame);
    this.onframe(frame);
  }
  close(): void {
    this.closed = true;
  }
  say(message: Partial<LiveMessage>): void {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(message) }));
  }
  ack(): void {
    this.say({ type: 'connection_ack', data: { connectionId: 'c', serverTime: '' } } as never);
  }
  pong(): void {
    this.say({ type: 'pong', data: { serverTime: new Date().toISOString() } } as never);
  }
  /** The frames of one kind, in order, by lot. */
  lots(type: string): (string | undefined)[] {
    return this.frames.filter((frame) => frame.type === type).map((frame) => frame.auctionId);
  }
}

function setUp(fetchLot?: (id: string, etag: string | null) => Promise<PolledLot>) {
  const sockets: TestSocket[] = [];
  const book = new LotBook();
  const polls = vi.fn(fetchLot ?? (() => Promise.reject(new Error('no network'))));
  const feed = new LiveFeed({
    book,
    clock: new ServerClock(),
    connect: () => {
      const socket = new TestSocket();
      sockets.push(socket);
      return socket;
    },
    fetchLot: polls,
    random: () => 0.999,
  });
  const last = (): TestSocket => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  };
  feed.start();
  return { feed, book, sockets, polls, last };
}

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('LiveFeed', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('subscribes once to a lot that several parts of the page watch', async () => {
    const { feed, last } = setUp();
    last().onframe = (frame) => frame.type === 'ping' && queueMicrotask(() => last().pong());
    last().ack();
    const leave = feed.watch('a');
    feed.watch('a');
    leave();
    await wait(20_000);
    expect(last().lots('subscribe')).toEqual(['a']);
    expect(last().lots('unsubscribe')).toEqual([]);
  });

  it('unsubscribes a while after the last watcher left', async () => {
    const { feed, last } = setUp();
    last().onframe = (frame) => frame.type === 'ping' && queueMicrotask(() => last().pong());
    last().ack();
    const leave = feed.watch('a');
    leave();
    await wait(1_000);
    expect(last().lots('unsubscribe')).toEqual([]);
    await wait(9_000);
    expect(last().lots('unsubscribe')).toEqual(['a']);
  });

  it('stays below thirty frames a second, whatever a page watches', async () => {
    const { feed, last } = setUp();
    last().onframe = (frame) => frame.type === 'ping' && queueMicrotask(() => last().pong());
    last().ack();
    for (let n = 0; n < 80; n += 1) feed.watch(`lot-${n}`);
    let before = 0;
    for (let second = 0; second < 8; second += 1) {
      await wait(1_000);
      expect(last().frames.length - before).toBeLessThan(30);
      before = last().frames.length;
    }
    expect(last().lots('subscribe')).toHaveLength(80);
  });

  it('asks once for a snapshot on a gap, and again when that one is too old', async () => {
    const { feed, book, last } = setUp();
    const house = new TestHouse(seeded(3));
    const old = house.lot;
    feed.watch('lot');
    last().ack();
    last().say({ type: 'subscribed', auctionId: 'lot', timestamp: '', data: old });
    for (let n = 0; n < 3; n += 1) house.change();
    const missed = house.change();
    for (const message of [...missed, ...missed]) last().say(message);
    expect(last().lots('subscribe')).toHaveLength(2);
    last().say({ type: 'subscribed', auctionId: 'lot', timestamp: '', data: old });
    await wait(600);
    expect(last().lots('subscribe')).toHaveLength(3);
    last().say({ type: 'subscribed', auctionId: 'lot', timestamp: '', data: house.lot });
    await wait(600);
    expect(last().lots('subscribe')).toHaveLength(3);
    expect(book.get('lot')).toEqual(house.lot);
  });

  it('drops a socket that answers no ping, and subscribes anew on the next', async () => {
    const { feed, sockets, last } = setUp();
    feed.watch('a');
    const [first] = sockets;
    first?.ack();
    await wait(5_000);
    expect(first?.closed).toBe(true);
    expect(feed.connection.getState()).toBe('reconnecting');
    await wait(500);
    expect(sockets).toHaveLength(2);
    last().ack();
    expect(feed.connection.getState()).toBe('live');
    expect(last().lots('subscribe')).toEqual(['a']);
  });

  it('keeps a quiet but healthy socket', async () => {
    const { sockets, last } = setUp();
    last().onframe = (frame) => frame.type === 'ping' && queueMicrotask(() => last().pong());
    last().ack();
    await wait(120_000);
    expect(sockets).toHaveLength(1);
  });

  it('polls with the ETag while sockets are refused, and stops when one opens', async () => {
    const lot = aLot({ id: 'a', seq: 4 });
    const { feed, book, sockets, polls, last } = setUp(async (_, etag) =>
      etag ? { lot: null, etag } : { lot, etag: '"4"' },
    );
    feed.watch('a');
    for (let n = 0; n < 3; n += 1) {
      last().onclose?.(new CloseEvent('close'));
      await wait(n < 2 ? 4_000 : 0);
    }
    expect(feed.connection.getState()).toBe('polling');
    expect(book.get('a')).toEqual(lot);
    await wait(3_000);
    expect(polls.mock.calls.at(-1)).toEqual(['a', '"4"']);
    expect(sockets.length).toBeGreaterThan(3);
    last().ack();
    const polled = polls.mock.calls.length;
    await wait(4_000);
    expect(feed.connection.getState()).toBe('live');
    expect(polls.mock.calls.length).toBe(polled);
  });

  it('reconnects at once when the browser is online again', async () => {
    const { feed, sockets, last } = setUp();
    last().ack();
    feed.browserOffline();
    expect(feed.connection.getState()).toBe('offline');
    const opened = sockets.length;
    feed.browserOnline();
    expect(sockets.length).toBe(opened + 1);
  });

  it('asks once more when a lot ends for its buyer, who may know the seller now', () => {
    const { feed, last } = setUp();
    const viewer = {
      bidderId: 'bidder-0',
      isSeller: false,
      isWatching: false,
      hasBid: true,
      hasAutoBid: false,
      isHighestBidder: true,
      maxAmount: 50,
    };
    feed.watch('lot');
    last().ack();
    const lot = aLot({ seq: 1, viewer, currentBidderId: 'bidder-0' });
    last().say({ type: 'subscribed', auctionId: 'lot', timestamp: '', data: lot });
    const data = { finalAmount: 60, outcome: 'sold', reserveMet: true, winnerId: 'bidder-0' };
    last().say({ type: 'auction_ended', auctionId: 'lot', timestamp: '', seq: 2, data } as never);
    expect(last().lots('subscribe')).toHaveLength(2);
  });

  it('hands on what the viewer is told, and how much of it is unread', () => {
    const { feed, last } = setUp();
    const heard = vi.fn();
    const stop = feed.onNotification(heard);
    last().ack();
    const data = { kind: 'won', unreadCount: 2 };
    const message = { type: 'notification', auctionId: 'lot', timestamp: '', data } as never;
    last().say(message);
    stop();
    last().say(message);
    expect(heard.mock.calls).toEqual([[data]]);
  });

  it('asks for its own share of a change: a new leader’s maximum', () => {
    const { feed, last } = setUp();
    const viewer = {
      bidderId: 'bidder-0',
      isSeller: false,
      isWatching: false,
      hasBid: true,
      hasAutoBid: true,
      isHighestBidder: true,
      maxAmount: 50,
    };
    feed.watch('lot');
    last().ack();
    const lot = aLot({ seq: 1, viewer, currentBidderId: 'bidder-0' });
    last().say({ type: 'subscribed', auctionId: 'lot', timestamp: '', data: lot });
    last().say({
      type: 'bid_update',
      auctionId: 'lot',
      timestamp: '',
      seq: 2,
      data: {
        bidId: 'b',
        amount: 60,
        bidderId: 'bidder-1',
        bidderName: '',
        bidCount: 2,
        isProxyBid: false,
        minimumBid: 61,
        reserveMet: true,
        endTime: lot.endTime,
      },
    });
    expect(last().lots('subscribe')).toHaveLength(2);
  });

  // The whole client against a house over a line that loses, doubles and reorders messages, and
  // breaks now and then: once the line is good again, what is shown is what the house holds.
  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    'ends in the house’s state over a bad line (seed %i)',
    async (seed) => {
      const random = seeded(seed + 1000);
      const { feed, book, sockets, last } = setUp();
      const house = new TestHouse(random, 'lot', 'bidder-2');
      let bad = true;
      let served = 0;
      const serve = () => {
        for (; served < sockets.length; served += 1) {
          const socket = sockets[served];
          if (!socket) continue;
          const deliver = (message: Partial<LiveMessage>) =>
            void setTimeout(() => socket.say(message), bad ? random() * 400 : 5);
          socket.onframe = (frame) => {
            if (frame.type === 'ping') setTimeout(() => socket.pong(), 20);
            if (frame.type === 'subscribe' && !(bad && random() < 0.3)) {
              deliver({ type: 'subscribed', auctionId: 'lot', timestamp: '', data: house.lot });
            }
          };
          setTimeout(() => socket.ack(), 30);
        }
      };
      const tell = (messages: LiveMessage[]) => {
        for (const message of messages) {
          const copies = !bad ? 1 : random() < 0.25 ? 0 : random() < 0.25 ? 2 : 1;
          const socket = last();
          for (let n = 0; n < copies; n += 1) {
            setTimeout(() => socket.say(message), bad ? random() * 400 : 5);
          }
        }
      };
      feed.watch('lot');
      for (let round = 0; round < 40; round += 1) {
        serve();
        tell(house.change());
        if (random() < 0.05) last().onclose?.(new CloseEvent('close'));
        await wait(random() * 600);
        const shown = book.get('lot');
        if (shown) expect(shown).toEqual(house.past.get(shown.seq));
      }
      bad = false;
      last().onclose?.(new CloseEvent('close'));
      for (let n = 0; n < 20; n += 1) {
        await wait(500);
        serve();
      }
      expect(book.get('lot')).toEqual(house.lot);
      feed.stop();
    },
  );
});
