import { useCallback, useEffect, useReducer, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { Auction } from '@/lib/api/types';
import { book, clock, feed, orders, watching } from './instance';
import type { Intent } from './intents';
import type { Status } from './machine';
import { milestoneOf, type Phase, phaseOf } from './view';
import { type WatchView, watchViewOf } from './watching';

/** The state of the connection. */
export function useConnection(): Status {
  return useStore(feed.connection);
}

/** A lot as the book knows it; renders again when that lot changes, and no other. */
export function useLot(id: string): Auction | undefined {
  const subscribe = useCallback((listener: () => void) => book.listen(id, listener), [id]);
  return useSyncExternalStore(subscribe, () => book.get(id));
}

/** Keeps lots live while the component is there. */
export function useWatch(ids: readonly string[]): void {
  const joined = ids.join(' ');
  useEffect(() => {
    const leave = joined
      .split(' ')
      .filter(Boolean)
      .map((id) => feed.watch(id));
    return () => {
      for (const unwatch of leave) unwatch();
    };
  }, [joined]);
}

/** The viewer's latest order on a lot. */
export function useIntent(id: string): Intent | undefined {
  return useStore(orders.store, (byLot) => byLot[id]);
}

/** Whether the viewer watches a lot, their own wish included. */
export function useWatching(lot: Auction): WatchView {
  return watchViewOf(
    lot,
    useStore(watching.store, (wishes) => wishes[lot.id]),
  );
}

/**
 * The server's time now, rendering again every `stepMs`. It is no store of React's: a view that is made in slices
 * while a second passes would be thrown away, and made anew in one go.
 */
export function useServerNow(stepMs: number): number {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  useEffect(() => {
    const timer = setInterval(tick, stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return clock.now();
}

/** The lot's phase alone; renders again only when it changes. */
export function useLotPhase(lot: Auction): Phase {
  return useSyncExternalStore(subscribeToTicks, () => phaseOf(lot, clock.now()));
}

/** The milestone of the countdown alone; renders again only when it changes. */
export function useMilestone(lot: Auction): number | null {
  return useSyncExternalStore(subscribeToTicks, () => milestoneOf(lot, clock.now()));
}

const phase_check_ms = 200;

function subscribeToTicks(listener: () => void): () => void {
  const timer = setInterval(listener, phase_check_ms);
  return () => clearInterval(timer);
}

const overdue_ms = 2_500;

/**
 * The lot's phase by the server's clock. When its hour has come and the server has not said so,
 * it is asked: a message may be late, but the lot must not stay in between.
 */
export function usePhase(lot: Auction, stepMs: number): { phase: Phase; now: number } {
  const now = useServerNow(stepMs);
  const phase = phaseOf(lot, now);
  const opening = phase === 'scheduled' && now >= Date.parse(lot.startTime);
  const due = phase === 'closing' || opening;
  const { id } = lot;
  useEffect(() => {
    if (!due) return;
    const timer = setInterval(() => feed.refresh(id), overdue_ms);
    // An opening is not announced to those who wait; spread the first question a little.
    const first = opening ? setTimeout(() => feed.refresh(id), 200 + Math.random() * 600) : 0;
    return () => {
      clearInterval(timer);
      clearTimeout(first);
    };
  }, [due, opening, id]);
  return { phase, now };
}
