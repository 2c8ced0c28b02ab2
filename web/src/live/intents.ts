import { createStore } from 'zustand/vanilla';
import { newKey } from '@/lib/key';
import { backoffMs, type Random } from './backoff';
import { forgetOrder, type KeptOrder, keepOrder, keptOrders } from './kept';

const answer_ms_max = 8_000;
const retry = { baseMs: 1_000, capMs: 15_000 };

/** What somebody confirmed. Amounts are the wire's major units. */
export type Order =
  | { kind: 'bid'; amount: number; maxAmount?: number }
  | { kind: 'autoBid'; maxAmount: number }
  | { kind: 'cancelAutoBid' };

export interface Refusal {
  code: string;
  message: string;
  details: Record<string, string>;
}

/**
 * One confirmed order and what became of it. `unknown` is a state of its own: after a time-out the
 * order may or may not have reached the house, and only asking again with the same key can tell.
 */
export interface Intent {
  key: string;
  order: Order;
  state: 'sending' | 'unknown' | 'busy' | 'accepted' | 'refused';
  /** After acceptance of a bid: whether it leads, and the price it led to. */
  leads?: boolean;
  finalAmount?: number;
  refusal?: Refusal;
}

/** The server's answer, as far as it matters here. A post that gets none rejects. */
export interface Answer {
  status: number;
  leads?: boolean;
  finalAmount?: number;
  refusal?: Refusal;
  retryAfterSeconds?: number | null;
}

export interface SenderParts {
  post: (lotId: string, order: Order, key: string, signal: AbortSignal) => Promise<Answer>;
  isOffline: () => boolean;
  /** Called once an order was answered for good. */
  onAnswered: (lotId: string, intent: Intent) => void;
  random?: Random;
}

type Sent = Pick<KeptOrder, 'lotId' | 'order' | 'key'>;

/**
 * Sends orders, at most one at a time for each lot, until each is answered for good. A reload does not end
 * that: what was sent is kept, and the page that comes next goes on asking.
 */
export class OrderSender {
  readonly #parts: SenderParts;
  /** The latest order on each lot. */
  readonly store = createStore<Record<string, Intent>>(() => ({}));
  #wake = new Set<() => void>();
  /** Rises when the viewer changes, so that orders of the one before are dropped. */
  #era = 0;
  /** Null for a guest, and until it is known. */
  #viewerId: string | null = null;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** The latest order on a lot and what became of it. */
  get(lotId: string): Intent | undefined {
    return this.store.getState()[lotId];
  }

  /** Takes a confirmed order. False where one for this lot is still undecided. */
  submit(lotId: string, order: Order): boolean {
    if (this.#isOpen(lotId)) return false;
    if (this.#parts.isOffline()) {
      // Never queued: it would bind somebody to a price they no longer see.
      this.refuse(lotId, order, 'OFFLINE');
      return true;
    }
    const sent = { lotId, order, key: newKey() };
    if (this.#viewerId) keepOrder({ ...sent, viewerId: this.#viewerId, sentAt: Date.now() });
    this.#put(lotId, { key: sent.key, order, state: 'sending' });
    void this.#untilAnswered(sent, false);
    return true;
  }

  /**
   * Says who the viewer is. What they sent from a page that was left before the answer came is asked
   * for again, with its key; another viewer's orders are dropped.
   */
  identify(viewerId: string): void {
    if (viewerId === this.#viewerId) return;
    if (this.#viewerId) this.clear();
    this.#viewerId = viewerId;
    for (const { lotId, order, key } of keptOrders(viewerId)) {
      if (this.#isOpen(lotId)) continue;
      this.#put(lotId, { key, order, state: 'unknown' });
      void this.#untilAnswered({ lotId, order, key }, true);
    }
  }

  /** Refuses an order before it is sent. One whose answer is open stays. */
  refuse(lotId: string, order: Order, code: string): void {
    if (this.#isOpen(lotId)) return;
    const refusal = { code, message: '', details: {} };
    this.#put(lotId, { key: newKey(), order, state: 'refused', refusal });
  }

  /** Forgets an answered order, so that its message goes away. */
  dismiss(lotId: string): void {
    const { [lotId]: order, ...others } = this.store.getState();
    if (order?.state === 'accepted' || order?.state === 'refused') {
      this.store.setState(others, true);
    }
  }

  /** Drops everything: the viewer has changed. */
  clear(): void {
    this.#era += 1;
    this.#viewerId = null;
    for (const { key } of Object.values(this.store.getState())) forgetOrder(key);
    this.store.setState({}, true);
    this.retryNow();
  }

  /** Ends all pauses, for when the network is back. */
  retryNow(): void {
    for (const wake of [...this.#wake]) wake();
  }

  #isOpen(lotId: string): boolean {
    const current = this.get(lotId);
    return !!current && current.state !== 'accepted' && current.state !== 'refused';
  }

  async #untilAnswered({ lotId, order, key }: Sent, inDoubt: boolean): Promise<void> {
    const era = this.#era;
    let doubtful = inDoubt;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#once(lotId, order, key);
      if (era !== this.#era) return;
      const verdict = judge(answer, doubtful);
      if (verdict === 'final' && answer) {
        const accepted = answer.status < 300;
        const { leads, finalAmount, refusal } = answer;
        const intent: Intent = accepted
          ? { key, order, state: 'accepted', leads, finalAmount }
          : { key, order, state: 'refused', refusal };
        forgetOrder(key);
        this.#put(lotId, intent);
        this.#parts.onAnswered(lotId, intent);
        return;
      }
      doubtful ||= verdict === 'unknown';
      this.#put(lotId, { key, order, state: doubtful ? 'unknown' : 'busy' });
      const asked = (answer?.retryAfterSeconds ?? 0) * 1000;
      await this.#pause(asked + backoffMs(attempt, retry, this.#parts.random));
      if (era !== this.#era) return;
    }
  }

  async #once(lotId: string, order: Order, key: string): Promise<Answer | null> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), answer_ms_max);
    try {
      return await this.#parts.post(lotId, order, key, abort.signal);
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wake.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#wake.add(wake);
    });
  }

  #put(lotId: string, intent: Intent): void {
    this.store.setState({ [lotId]: intent });
  }
}

/**
 * What an answer says about the order. "Busy" was certainly not carried out and may be tried
 * again; once in doubt, a rate limit decides nothing, since it is checked before the key is.
 */
function judge(answer: Answer | null, doubtful: boolean): 'final' | 'busy' | 'unknown' {
  if (!answer || answer.status === 0) return 'unknown';
  if (answer.status === 429) {
    return doubtful || answer.refusal?.code === 'TOO_MANY_BIDS' ? 'busy' : 'final';
  }
  // The store was away: its last commit may have gone through or not.
  if (answer.status >= 500) return 'unknown';
  return 'final';
}
