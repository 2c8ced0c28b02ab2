import type { Auction, LotMessage } from '@/lib/api/types';
import { mergeMessage, mergeSnapshot, type Verdict } from './merge';

const lots_max = 1000;

type ChangeListener = (message: LotMessage) => void;

/**
 * The one place that holds lots. Lists, the lot page and the socket all write here, by `seq`;
 * TanStack Query keeps only which lots a list shows and how loading went. It is not the query
 * cache that holds them because a lot is in many lists at once: one bid would have to be patched
 * into each of them, and each would render all of its cards again. Here every card listens to its
 * own lot.
 */
export class LotBook {
  #lots = new Map<string, Auction>();
  #listeners = new Map<string, Set<() => void>>();
  #changeListeners = new Set<ChangeListener>();

  get(id: string): Auction | undefined {
    return this.#lots.get(id);
  }

  /** Takes a whole lot as the server gave it. Returns whether it was news. */
  absorb(snapshot: Auction): boolean {
    const known = this.#lots.get(snapshot.id);
    const next = mergeSnapshot(known, snapshot);
    if (next === known) return false;
    this.#put(next);
    return true;
  }

  /** Applies one message; a lot that is not known is a gap, since there is nothing to apply it to. */
  apply(message: LotMessage): Verdict {
    const known = this.#lots.get(message.auctionId);
    if (!known) return 'gap';
    const { lot, verdict } = mergeMessage(known, message);
    if (verdict !== 'applied') return verdict;
    this.#put(lot);
    for (const listener of this.#changeListeners) listener(message);
    return verdict;
  }

  /** Forgets everything: lots hold what one viewer may see, and the viewer has changed. */
  clear(): void {
    this.#lots.clear();
    for (const id of this.#listeners.keys()) this.#notify(id);
  }

  /** Calls back when the lot changes; returns the way out. */
  listen(id: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(id, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(id) === listeners) {
        this.#listeners.delete(id);
      }
    };
  }

  /** Calls back for every message applied; a repeated one may come again. */
  onChange(listener: ChangeListener): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  #put(lot: Auction): void {
    // Set again so that the map's order is the order of last change, the oldest first.
    this.#lots.delete(lot.id);
    this.#lots.set(lot.id, lot);
    this.#notify(lot.id);
    if (this.#lots.size > lots_max) this.#dropOldest();
  }

  #dropOldest(): void {
    for (const id of this.#lots.keys()) {
      if (this.#listeners.has(id)) continue;
      this.#lots.delete(id);
      return;
    }
  }

  #notify(id: string): void {
    for (const listener of this.#listeners.get(id) ?? []) listener();
  }
}
