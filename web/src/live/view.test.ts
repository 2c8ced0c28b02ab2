import { describe, expect, it } from 'vitest';
import type { Intent } from './intents';
import { aLot } from './testing';
import { openMaximum, phaseOf, quickCents, viewOf } from './view';

const end = Date.parse('2026-01-05T18:00:00.000Z');
const viewer = {
  bidderId: 'me',
  isSeller: false,
  isWatching: false,
  hasBid: false,
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

describe('viewOf', () => {
  it('sets a pending bid beside the lot and leaves price and standing to the server', () => {
    const lot = aLot({ viewer });
    const before = structuredClone(lot);
    expect(viewOf(lot, sending, end - 1)).toEqual({
      phase: 'open',
      standing: 'none',
      undecided: true,
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
