import { createStore } from 'zustand/vanilla';
import type {
  Auction,
  LiveMessage,
  LotMessage,
  NotificationData,
  OutbidNotificationData,
} from '@/lib/api/types';
import { backoffMs, type Random } from './backoff';
import type { LotBook } from './book';
import type { ServerClock } from './clock';
import { type Effect, type Event, initial, type State, type Status, step } from './machine';

const heartbeat_ms = 10_000;
const pong_ms_max = 5_000;
const opening_ms_max = 10_000;
const poll_ms = 3_000;
/** Lists hold dozens of lots; polling all of them at once would be a burden on a house in trouble. */
const polls_per_round_max = 6;
/** A handful of quick pings on opening, so that the clock is good before the first countdown ends. */
const clock_pings = 4;
const clock_ping_gap_ms = 150;
const retry = { baseMs: 500, capMs: 30_000 };
/** The server closes a socket at 30 frames a second or 100 subscriptions; stay well below. */
const frame_burst = 8;
const frame_gap_ms = 60;
const subscriptions_max = 90;
/** Leaving a list for a lot and coming back is common: do not rush to unsubscribe. */
const unsubscribe_after_ms = 5_000;
const snapshot_ms_max = 5_000;
const stale_snapshot_pause_ms = 500;

/** The part of a WebSocket that the feed uses. */
export interface Socket {
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: string): void;
  close(): void;
}

export interface PolledLot {
  /** Null where the lot has not changed since `etag`. */
  lot: Auction | null;
  etag: string | null;
}

export interface FeedParts {
  book: LotBook;
  clock: ServerClock;
  connect: () => Socket;
  fetchLot: (id: string, etag: string | null) => Promise<PolledLot>;
  random?: Random;
}

type Timer = ReturnType<typeof setTimeout>;

/**
 * One socket for all lots of the page. Which lots are subscribed to follows from who watches them;
 * what is known about them is in the book, how the connection stands in a store of its own.
 */
export class LiveFeed {
  readonly #parts: FeedParts;
  #state: State = initial;
  /** How the connection stands, for whoever shows it. */
  readonly connection = createStore<Status>(() => initial.status);
  #outbidListeners = new Set<(data: OutbidNotificationData) => void>();
  #notificationListeners = new Set<(data: NotificationData) => void>();

  #socket: Socket | null = null;
  #openingTimer: Timer | undefined;
  #retryTimer: Timer | undefined;
  #heartbeatTimer: Timer | undefined;
  #pongTimer: Timer | undefined;
  #pingSentAt: number | null = null;
  #clockPingsLeft = 0;

  #watchers = new Map<string, number>();
  #unwatchedAt = new Map<string, number>();
  #subscribed = new Set<string>();
  #awaited = new Map<string, number>();
  #resync = new Set<string>();
  #ahead = new Map<string, number>();
  #frameCredit = frame_burst;
  #creditAt = 0;
  #pumpTimer: Timer | undefined;

  #pollTimer: Timer | undefined;
  #etags = new Map<string, string>();
  #pollCursor = 0;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#open();
  }

  /** Closes everything; a stopped feed can be started again. */
  stop(): void {
    this.#close();
    this.#stopPolling();
    clearTimeout(this.#retryTimer);
    this.#state = initial;
    this.connection.setState(initial.status, true);
  }

  /** Calls back when the viewer was outbid, on whatever lot. */
  onOutbid(listener: (data: OutbidNotificationData) => void): () => void {
    this.#outbidListeners.add(listener);
    return () => this.#outbidListeners.delete(listener);
  }

  /** Calls back when the viewer is told something, with how much of it is unread. */
  onNotification(listener: (data: NotificationData) => void): () => void {
    this.#notificationListeners.add(listener);
    return () => this.#notificationListeners.delete(listener);
  }

  /** Keeps a lot live until the returned function is called. Watchers of one lot share it. */
  watch(id: string): () => void {
    this.#watchers.set(id, (this.#watchers.get(id) ?? 0) + 1);
    this.#unwatchedAt.delete(id);
    this.#pump();
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      const left = (this.#watchers.get(id) ?? 1) - 1;
      if (left > 0) {
        this.#watchers.set(id, left);
      } else {
        this.#watchers.delete(id);
        this.#unwatchedAt.set(id, Date.now());
        this.#pumpIn(unsubscribe_after_ms);
      }
    };
  }

  /** Asks for the lot as it stands: after a gap, a silent change, or a time that has come. */
  refresh(id: string): void {
    if (this.#state.status === 'live' && this.#watchers.has(id)) {
      this.#askAgain(id);
    } else {
      this.#etags.delete(id);
      void this.#pollOne(id);
    }
  }

  /** Somebody signed in or out; the socket is opened anew to know who it serves. */
  identityChanged(): void {
    this.#etags.clear();
    this.#dispatch('identity');
  }

  browserOnline(): void {
    this.#dispatch('online');
    this.#ping();
  }

  browserOffline(): void {
    this.#dispatch('offline');
  }

  /** A tab that was hidden may have slept through the loss of its socket. */
  becameVisible(): void {
    if (this.#state.status === 'live') this.#ping();
    else this.#dispatch('retry');
  }

  #dispatch(event: Event): void {
    const [next, effects] = step(this.#state, event);
    this.#state = next;
    for (const effect of effects) this.#run(effect);
    this.connection.setState(next.status, true);
  }

  #run(effect: Effect): void {
    switch (effect) {
      case 'open':
        this.#open();
        break;
      case 'close':
        this.#close();
        break;
      case 'retryLater':
        this.#retryLater();
        break;
      case 'startPolling':
        this.#startPolling();
        break;
      case 'stopPolling':
        this.#stopPolling();
        break;
      case 'greet':
        this.#greet();
        break;
    }
  }

  #open(): void {
    clearTimeout(this.#retryTimer);
    this.#close();
    let socket: Socket;
    try {
      socket = this.#parts.connect();
    } catch {
      // A policy or a proxy setting may forbid sockets altogether; that is a failure like others.
      this.#retryTimer = setTimeout(() => this.#dispatch('lost'), 0);
      return;
    }
    this.#socket = socket;
    socket.onmessage = (event) => this.#receive(socket, event.data);
    socket.onclose = () => this.#lose(socket);
    this.#openingTimer = setTimeout(() => this.#lose(socket), opening_ms_max);
  }

  #lose(socket: Socket): void {
    if (socket !== this.#socket) return;
    this.#close();
    this.#dispatch('lost');
  }

  #close(): void {
    clearTimeout(this.#openingTimer);
    clearTimeout(this.#heartbeatTimer);
    clearTimeout(this.#pongTimer);
    clearTimeout(this.#pumpTimer);
    this.#pumpTimer = undefined;
    this.#pingSentAt = null;
    this.#subscribed.clear();
    this.#unwatchedAt.clear();
    this.#awaited.clear();
    this.#resync.clear();
    this.#ahead.clear();
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  #retryLater(): void {
    clearTimeout(this.#retryTimer);
    const pause = backoffMs(Math.max(1, this.#state.failures), retry, this.#parts.random);
    this.#retryTimer = setTimeout(() => this.#dispatch('retry'), pause);
  }

  #greet(): void {
    clearTimeout(this.#openingTimer);
    this.#frameCredit = frame_burst;
    this.#creditAt = Date.now();
    this.#clockPingsLeft = clock_pings;
    this.#ping();
    this.#pump();
  }

  #ping(): void {
    clearTimeout(this.#heartbeatTimer);
    if (!this.#socket || this.#state.status !== 'live') return;
    this.#heartbeatTimer = setTimeout(() => this.#ping(), heartbeat_ms);
    if (this.#pingSentAt !== null) return;
    const socket = this.#socket;
    this.#pingSentAt = Date.now();
    this.#pongTimer = setTimeout(() => this.#lose(socket), pong_ms_max);
    socket.send('{"type":"ping"}');
  }

  #ponged(serverTime: string): void {
    if (this.#pingSentAt === null) return;
    this.#parts.clock.observe(serverTime, this.#pingSentAt, Date.now());
    this.#pingSentAt = null;
    this.#clockPingsLeft -= 1;
    if (this.#clockPingsLeft > 0) {
      clearTimeout(this.#heartbeatTimer);
      this.#heartbeatTimer = setTimeout(() => this.#ping(), clock_ping_gap_ms);
    }
  }

  #receive(socket: Socket, data: unknown): void {
    if (socket !== this.#socket || typeof data !== 'string') return;
    let message: LiveMessage;
    try {
      message = JSON.parse(data) as LiveMessage;
    } catch {
      return;
    }
    // Whatever arrives shows that the line is alive.
    clearTimeout(this.#pongTimer);
    switch (message.type) {
      case 'connection_ack':
        this.#dispatch('opened');
        break;
      case 'pong':
        this.#ponged(message.data.serverTime);
        break;
      case 'subscribed':
        this.#takeSnapshot(message.data);
        break;
      case 'bid_update':
      case 'auction_extended':
      case 'auction_ended':
        this.#takeMessage(message);
        break;
      case 'outbid_notification':
        for (const listener of this.#outbidListeners) listener(message.data);
        break;
      case 'notification':
        for (const listener of this.#notificationListeners) listener(message.data);
        break;
      case 'error':
        // Such as a lot that is gone: there will be no snapshot to wait for.
        this.#awaited.delete(message.auctionId);
    }
  }

  #takeSnapshot(snapshot: Auction): void {
    const { id } = snapshot;
    this.#awaited.delete(id);
    this.#parts.book.absorb(snapshot);
    const known = this.#parts.book.get(id)?.seq ?? 0;
    if (known >= (this.#ahead.get(id) ?? 0)) {
      this.#ahead.delete(id);
    } else {
      // It was taken before the message that showed the gap; one taken a little later will do.
      setTimeout(() => this.#askAgain(id), stale_snapshot_pause_ms);
    }
  }

  #takeMessage(message: LotMessage): void {
    const { auctionId } = message;
    const { book } = this.#parts;
    const ledBefore = book.get(auctionId)?.viewer?.isHighestBidder;
    const verdict = book.apply(message);
    if (verdict === 'gap') {
      const seq = message.seq ?? 0;
      this.#ahead.set(auctionId, Math.max(seq, this.#ahead.get(auctionId) ?? 0));
      const askedAt = this.#awaited.get(auctionId);
      if (askedAt === undefined || Date.now() - askedAt > snapshot_ms_max)
        this.#askAgain(auctionId);
      return;
    }
    const lot = book.get(auctionId);
    if (verdict !== 'applied' || !lot) return;
    // Messages are the same for everyone. What is the viewer's alone (their maximum when they take
    // the lead, the other side's address for buyer and seller) is in the snapshot.
    const { viewer } = lot;
    const leadMoved = ledBefore !== undefined && ledBefore !== viewer?.isHighestBidder;
    const ended = message.type === 'auction_ended';
    if (leadMoved || (ended && (viewer?.isSeller || viewer?.isHighestBidder))) {
      this.#askAgain(auctionId);
    }
  }

  #askAgain(id: string): void {
    if (!this.#watchers.has(id)) return;
    this.#resync.add(id);
    this.#pump();
  }

  #pumpIn(ms: number): void {
    if (this.#pumpTimer !== undefined) {
      if (ms > frame_gap_ms) return;
      clearTimeout(this.#pumpTimer);
    }
    this.#pumpTimer = setTimeout(() => {
      this.#pumpTimer = undefined;
      this.#pump();
    }, ms);
  }

  /** Sends what brings the server's idea of our subscriptions to ours, no faster than it allows. */
  #pump(): void {
    if (!this.#socket || this.#state.status !== 'live') return;
    const now = Date.now();
    const earned = Math.floor((now - this.#creditAt) / frame_gap_ms);
    if (earned > 0) {
      this.#frameCredit = Math.min(frame_burst, this.#frameCredit + earned);
      this.#creditAt += earned * frame_gap_ms;
    }
    while (this.#frameCredit > 0) {
      const frame = this.#nextFrame(now);
      if (!frame) break;
      this.#frameCredit -= 1;
      this.#socket.send(JSON.stringify(frame));
    }
    if (this.#frameCredit === 0) this.#pumpIn(frame_gap_ms);
    else if (this.#unwatchedAt.size > 0) this.#pumpIn(unsubscribe_after_ms);
  }

  #nextFrame(now: number): { type: string; auctionId: string } | null {
    for (const id of this.#watchers.keys()) {
      if (this.#subscribed.has(id) && !this.#resync.has(id)) continue;
      if (!this.#subscribed.has(id) && this.#subscribed.size >= subscriptions_max) {
        const spare = this.#unwatchedAt.keys().next().value;
        return spare === undefined ? null : this.#unsubscribe(spare);
      }
      this.#subscribed.add(id);
      this.#resync.delete(id);
      this.#awaited.set(id, now);
      return { type: 'subscribe', auctionId: id };
    }
    for (const [id, since] of this.#unwatchedAt) {
      if (!this.#subscribed.has(id)) this.#unwatchedAt.delete(id);
      else if (now - since >= unsubscribe_after_ms) return this.#unsubscribe(id);
    }
    return null;
  }

  #unsubscribe(id: string): { type: string; auctionId: string } {
    this.#unwatchedAt.delete(id);
    this.#subscribed.delete(id);
    return { type: 'unsubscribe', auctionId: id };
  }

  #startPolling(): void {
    if (this.#pollTimer === undefined) void this.#pollRound();
  }

  #stopPolling(): void {
    clearTimeout(this.#pollTimer);
    this.#pollTimer = undefined;
  }

  async #pollRound(): Promise<void> {
    const timer = setTimeout(() => void this.#pollRound(), poll_ms);
    this.#pollTimer = timer;
    const ids = [...this.#watchers.keys()];
    const due = Array.from(
      { length: Math.min(ids.length, polls_per_round_max) },
      (_, i) => ids[(this.#pollCursor + i) % ids.length] ?? '',
    );
    this.#pollCursor += due.length;
    const answers = await Promise.all(due.map((id) => this.#pollOne(id)));
    // Polling may have been stopped while the answers were on their way.
    if (this.#pollTimer === undefined || answers.length === 0) return;
    this.#dispatch(answers.some(Boolean) ? 'pollAnswered' : 'pollFailed');
  }

  async #pollOne(id: string): Promise<boolean> {
    try {
      const { lot, etag } = await this.#parts.fetchLot(id, this.#etags.get(id) ?? null);
      if (lot) this.#parts.book.absorb(lot);
      if (etag) this.#etags.set(id, etag);
      return true;
    } catch {
      return false;
    }
  }
}
