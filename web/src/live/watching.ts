import { createStore } from 'zustand/vanilla';
import type { Auction } from '@/lib/api/types';

/** Somebody's wish to watch a lot or not to, until the lot itself says so. */
export interface Wish {
  watch: boolean;
  /** Set when the house said no: the wish counts no more, its reason is shown. */
  refused?: string;
}

export interface WatchView {
  watching: boolean;
  count: number;
  refused: string | null;
}

/**
 * A lot's watch as its viewer sees it: the house's word and their own wish side by side. It is
 * derived anew each time, so a refused wish is undone by not counting it.
 */
export function watchViewOf(lot: Auction, wish: Wish | undefined): WatchView {
  const known = lot.viewer?.isWatching ?? false;
  const watching = wish && wish.refused === undefined ? wish.watch : known;
  const step = Number(watching) - Number(known);
  return {
    watching,
    count: Math.max(0, lot.watcherCount + step),
    refused: wish?.refused ?? null,
  };
}

interface Parts {
  /** Tells the house; resolves to the code of its refusal, or to null. */
  send: (lotId: string, watch: boolean) => Promise<string | null>;
  /** Brings the lot as it stands into the book. */
  renew: (lotId: string) => Promise<void>;
}

/** Sends wishes one after the other for each lot; the last one counts. */
export class Watching {
  readonly store = createStore<Record<string, Wish>>(() => ({}));
  #sending = new Set<string>();
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async wish(lotId: string, watch: boolean): Promise<void> {
    this.#set(lotId, { watch });
    if (this.#sending.has(lotId)) return;
    this.#sending.add(lotId);
    try {
      await this.#settle(lotId);
    } finally {
      this.#sending.delete(lotId);
    }
  }

  /** Forgets all wishes: somebody else is here now. */
  clear(): void {
    this.store.setState({}, true);
  }

  async #settle(lotId: string): Promise<void> {
    for (;;) {
      const asked = this.store.getState()[lotId];
      if (!asked) return;
      const refused = await this.#parts.send(lotId, asked.watch);
      const now = this.store.getState()[lotId];
      // Another wish has come meanwhile, and it is the one that counts.
      if (now && now.watch !== asked.watch) continue;
      if (refused !== null) return this.#set(lotId, { ...asked, refused });
      await this.#parts.renew(lotId);
      if (this.store.getState()[lotId] === now) return this.#set(lotId, undefined);
    }
  }

  #set(lotId: string, wish: Wish | undefined): void {
    const { [lotId]: _, ...rest } = this.store.getState();
    this.store.setState(wish ? { ...rest, [lotId]: wish } : rest, true);
  }
}
