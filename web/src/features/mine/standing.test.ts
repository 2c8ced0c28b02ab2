import { describe, expect, it } from 'vitest';
import { aLot } from '@/live/testing';
import { standingNow } from './standing';

const viewer = {
  bidderId: 'me',
  isSeller: false,
  isWatching: false,
  hasBid: false,
  hasAutoBid: false,
  isHighestBidder: false,
  maxAmount: null,
};

describe('standingNow', () => {
  it('follows the live lot rather than the list', () => {
    expect(standingNow('winning', aLot({ viewer }))).toBe('outbid');
    expect(standingNow('outbid', aLot({ viewer: { ...viewer, isHighestBidder: true } }))).toBe(
      'winning',
    );
    expect(standingNow('winning', aLot({ viewer, status: 'sold', currentBidderId: 'me' }))).toBe(
      'won',
    );
    expect(standingNow('winning', aLot({ viewer, status: 'unsold' }))).toBe('lost');
  });

  it('trusts the list where the lot is not at hand', () => {
    expect(standingNow('won', undefined)).toBe('won');
  });
});
