import { describe, expect, it } from 'vitest';
import type { Intent } from './intents';
import { aLot } from './testing';
import { milestoneOf, openMaximum, pendingPriceOf, phaseOf, quickCents, viewOf } from './view';

const end = Date.parse('2026-01-05T18:00:00.000Z');
const viewer = {
  bidderId: 'me',
  isSeller: false,
  isWatching: false,
  hasBid: false,
  hasAutoBid: false,
  isHighestBidder: false,
  maxAmount: null,
};
const sending: Intent = { key: 'k', order: { kind: 'bid', amount: 99 }, state: 'sending' };

describe('phaseOf', () => {
  it('is closing from zero until the server says closed', () => {
    expect(phaseOf(aLot(), end - 1)).toBe('open');
    expect(phaseOf(aLot(), end)).toBe('closing');
    expect(phaseOf(aLot(), end + 3_600_000)).toBe('closing');
    expect(phaseOf(aLot({ status: 'sold' }), end - 1)).toBe('closed');
  });

  it('does not open a scheduled lot by a clock of its own', () => {
    expect(phaseOf(aLot({ status: 'scheduled' }), end)).toBe('scheduled');
  });
});

describe('milestoneOf', () => {
  it('is the nearest one that the close is within, while the lot is open', () => {
    const at = (left_s: number) => milestoneOf(aLot(), end - left_s * 1000);
    expect([4000, 3600, 61, 60, 29, 10, 1].map(at)).toEqual([null, 3600, 300, 60, 30, 10, 10]);
    expect(at(0)).toBeNull();
    expect(milestoneOf(aLot({ status: 'sold' }), end - 5000)).toBeNull();
  });
});

describe('viewOf', () => {
  it('sets a pending bid beside the lot and leaves price and standing to the server', () => {
    const lot = aLot({ viewer });
    const before = structuredClone(lot);
    expect(viewOf(lot, sending, end - 1)).toEqual({
      phase: 'open',
      standing: 'none',
      undecided: true,
      pendingPrice: 99,
    });
    expect(lot).toEqual(before);
  });

  it('says outbid only to those who bid', () => {
    const standing = (change: Partial<typeof viewer>) =>
      viewOf(aLot({ viewer: { ...viewer, ...change } }), undefined, end - 1).standing;
    expect(standing({})).toBe('none');
    expect(standing({ hasBid: true })).toBe('outbid');
    expect(standing({ hasBid: true, isHighestBidder: true })).toBe('leading');
  });

  it('knows winner and loser by the sale alone, not by who led', () => {
    const led = {
      viewer: { ...viewer, hasBid: true, isHighestBidder: true },
      currentBidderId: 'me',
    };
    const standing = (status: 'sold' | 'unsold') =>
      viewOf(aLot({ ...led, status }), undefined, end).standing;
    expect(standing('sold')).toBe('won');
    expect(standing('unsold')).toBe('lost');
  });
});

describe('pendingPriceOf', () => {
  const lot = aLot({ viewer, bidCount: 1, currentBid: 10, minimumBid: 11 });
  const bid = (state: Intent['state'], rest: Partial<Intent> = {}): Intent => ({
    key: 'k',
    order: { kind: 'bid', amount: 20 },
    state,
    ...rest,
  });

  it('is the amount of the viewer’s own bid while its answer is open', () => {
    for (const state of ['sending', 'unknown', 'busy'] as const) {
      expect(pendingPriceOf(lot, bid(state)), state).toBe(20);
    }
    const withMax = bid('sending', { order: { kind: 'bid', amount: 20, maxAmount: 50 } });
    expect(pendingPriceOf(lot, withMax)).toBe(20);
  });

  it('leaves the lot untouched, so that a refusal rolls it back', () => {
    const before = structuredClone(lot);
    expect(pendingPriceOf(lot, bid('sending'))).toBe(20);
    expect(lot).toEqual(before);
    const refusal = { code: 'BID_TOO_LOW', message: '', details: {} };
    expect(pendingPriceOf(lot, bid('refused', { refusal }))).toBeNull();
    expect(pendingPriceOf(lot, undefined)).toBeNull();
  });

  it('gives way to a price of the server that has reached or passed it', () => {
    const at = (currentBid: number) => pendingPriceOf({ ...lot, currentBid }, bid('sending'));
    expect(at(19.99)).toBe(20);
    expect(at(20)).toBeNull();
    expect(at(25)).toBeNull();
  });

  it('shows a first bid at the starting price', () => {
    const untouched = aLot({ viewer, bidCount: 0, currentBid: 20, minimumBid: 20 });
    expect(pendingPriceOf(untouched, bid('sending'))).toBe(20);
    expect(pendingPriceOf({ ...untouched, bidCount: 1 }, bid('sending'))).toBeNull();
  });

  it('is none where the viewer leads: a raise moves no price', () => {
    const leading = { ...lot, viewer: { ...viewer, hasBid: true, isHighestBidder: true } };
    const raise = bid('sending', { order: { kind: 'bid', amount: 20, maxAmount: 80 } });
    expect(pendingPriceOf(leading, raise)).toBeNull();
    const autoBid = bid('sending', { order: { kind: 'autoBid', maxAmount: 80 } });
    expect(pendingPriceOf(leading, autoBid)).toBeNull();
    expect(pendingPriceOf(lot, autoBid)).toBeNull();
  });

  it('bridges the moment between the house’s yes and the lot that shows it', () => {
    const taken = bid('accepted', { leads: true, finalAmount: 16 });
    expect(pendingPriceOf(lot, taken)).toBe(16);
    expect(pendingPriceOf({ ...lot, currentBid: 16 }, taken)).toBeNull();
  });

  it('is none once the lot is closed', () => {
    expect(pendingPriceOf({ ...lot, status: 'unsold' }, bid('unknown'))).toBeNull();
  });
});

describe('openMaximum', () => {
  it('is none where the price has used it up', () => {
    const lot = (maxAmount: number | null) =>
      aLot({ currentBid: 50, viewer: { ...viewer, isHighestBidder: true, maxAmount } });
    expect(openMaximum(lot(80))).toBe(80);
    expect(openMaximum(lot(50))).toBeNull();
    expect(openMaximum(lot(null))).toBeNull();
    expect(openMaximum(aLot())).toBeNull();
  });
});

describe('quickCents', () => {
  it('takes the step from the server’s own minimum', () => {
    const lot = aLot({ bidCount: 3, currentBid: 55.5, minimumBid: 56.5 });
    expect(quickCents(lot)).toEqual([5650, 5750, 5850]);
  });

  it('starts at the starting price', () => {
    const lot = aLot({ bidCount: 0, minimumBid: 10, bidIncrement: 0.5 });
    expect(quickCents(lot)).toEqual([1000, 1050, 1100]);
    expect(quickCents({ ...lot, bidIncrement: 0 })).toEqual([1000]);
  });
});
