import type { Auction } from '@/lib/api/types';
import { toCents } from '@/lib/money';
import type { Intent } from './intents';

export type Phase = 'draft' | 'scheduled' | 'open' | 'closing' | 'closed';
export type Standing = 'none' | 'seller' | 'leading' | 'outbid' | 'won' | 'lost';

export interface LotView {
  phase: Phase;
  standing: Standing;
  /** The answer to the viewer's own latest bid is still open. */
  undecided: boolean;
  /** The price that the viewer's own bid makes, before the lot shows it; null where there is none. */
  pendingPrice: number | null;
}

/**
 * Where a lot stands at a moment of the server's clock. "Closing" is the time between zero and the
 * server's word: no clock of ours closes a lot.
 */
export function phaseOf(lot: Auction, serverNow: number): Phase {
  switch (lot.status) {
    case 'draft':
    case 'scheduled':
      return lot.status;
    case 'active':
      return serverNow < Date.parse(lot.endTime) ? 'open' : 'closing';
    default:
      return 'closed';
  }
}

/** When a lot closes, or did: one that was cancelled closed before its end, with its last change. */
export function closeOf(lot: Auction): string {
  return lot.status === 'cancelled' ? lot.updatedAt : lot.endTime;
}

const milestones_s = [10, 30, 60, 300, 600, 3600];

/**
 * The nearest moment before the close that an open lot is within, in seconds: said once each to
 * those who do not see the countdown. Null where none is near.
 */
export function milestoneOf(lot: Auction, serverNow: number): number | null {
  if (phaseOf(lot, serverNow) !== 'open') return null;
  const left_s = (Date.parse(lot.endTime) - serverNow) / 1000;
  return milestones_s.find((milestone) => left_s <= milestone) ?? null;
}

/**
 * What one person sees: the server's lot and their own intent side by side. The intent never
 * touches the lot, so a refused bid is undone by forgetting it.
 */
export function viewOf(lot: Auction, intent: Intent | undefined, serverNow: number): LotView {
  const phase = phaseOf(lot, serverNow);
  return {
    phase,
    standing: standingOf(lot, phase),
    undecided: isUndecided(intent),
    pendingPrice: pendingPriceOf(lot, intent),
  };
}

function isUndecided(intent: Intent | undefined): boolean {
  return intent?.state === 'sending' || intent?.state === 'unknown' || intent?.state === 'busy';
}

/**
 * The price as the viewer's own bid would make it, for as long as the server's lot is not there
 * yet. It is derived anew each time, so it is gone with a refusal, with a dropped intent, and once
 * the server's price has reached or passed it.
 */
export function pendingPriceOf(lot: Auction, intent: Intent | undefined): number | null {
  if (lot.status !== 'active' || intent?.order.kind !== 'bid') return null;
  const made = priceMadeBy(intent, intent.order.amount, lot);
  if (made === null) return null;
  // Without bids the price is the starting price, which the first bid may well equal.
  const reached = lot.bidCount > 0 && toCents(lot.currentBid) >= toCents(made);
  return reached ? null : made;
}

function priceMadeBy(intent: Intent, amount: number, lot: Auction): number | null {
  // Taken, and the house said what the price became; the lot itself follows in a moment.
  if (intent.state === 'accepted') return intent.finalAmount ?? null;
  // Who leads raises only what they agree to pay: the price stays.
  return isUndecided(intent) && !lot.viewer?.isHighestBidder ? amount : null;
}

function standingOf(lot: Auction, phase: Phase): Standing {
  const { viewer } = lot;
  if (!viewer) return 'none';
  if (viewer.isSeller) return 'seller';
  if (phase === 'closed') {
    if (lot.status === 'sold' && lot.currentBidderId === viewer.bidderId) return 'won';
    return viewer.hasBid ? 'lost' : 'none';
  }
  if (viewer.isHighestBidder) return 'leading';
  return viewer.hasBid ? 'outbid' : 'none';
}

/**
 * The maximum that still has room above the price. The server tells the most that was agreed to,
 * which for a plain bid is the price itself; that is no maximum to speak of.
 */
export function openMaximum(lot: Auction): number | null {
  const max = lot.viewer?.maxAmount ?? null;
  return max !== null && toCents(max) > toCents(lot.currentBid) ? max : null;
}

/**
 * The amounts offered on buttons: the least, and two steps above it. The step is the one the
 * server's own minimum shows, so no table of increments is repeated here.
 */
export function quickCents(lot: Auction): number[] {
  const least = toCents(lot.minimumBid);
  const step = lot.bidCount > 0 ? least - toCents(lot.currentBid) : toCents(lot.bidIncrement ?? 0);
  return step > 0 ? [least, least + step, least + 2 * step] : [least];
}
