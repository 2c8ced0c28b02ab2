import type { Auction } from '@/lib/api/types';
import { toCents } from '@/lib/money';
import type { Order } from '@/live/intents';

/** From how many times the least bid on an amount looks like a slip of the finger. */
const far_bid_times = 5;
/** A maximum is meant to lie well above; one digit too many still shows. */
const far_max_times = 10;

export interface FarAbove {
  amount: number;
  /** How many times the least bid it is, rounded down. */
  times: number;
}

/**
 * The amount of an order that is far above the least bid; null where none is. It is a question to
 * the bidder and no rule: the house takes the bid all the same.
 */
export function farAbove(lot: Auction, order: Order): FarAbove | null {
  if (order.kind === 'cancelAutoBid') return null;
  const { maxAmount } = order;
  if (maxAmount !== undefined && timesOf(lot, maxAmount) >= far_max_times) {
    return { amount: maxAmount, times: timesOf(lot, maxAmount) };
  }
  if (order.kind === 'bid' && timesOf(lot, order.amount) >= far_bid_times) {
    return { amount: order.amount, times: timesOf(lot, order.amount) };
  }
  return null;
}

function timesOf(lot: Auction, amount: number): number {
  return Math.floor(toCents(amount) / Math.max(1, toCents(lot.minimumBid)));
}
