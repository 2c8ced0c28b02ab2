import { describe, expect, it } from 'vitest';
import type { Auction, LotMessage } from '@/lib/api/types';
import { mergeMessage, mergeSnapshot } from './merge';
import { aLot, seeded, TestHouse } from './testing';

function bidMessage(seq: number, change: Partial<{ bidderId: string; endTime: string }> = {}) {
  return {
    type: 'bid_update',
    auctionId: 'lot',
    timestamp: '2026-01-05T12:00:00.000Z',
    seq,
    data: {
      bidId: `bid-${seq}`,
      amount: 20,
      bidderId: 'ann',
      bidderName: 'Ann',
      bidCount: seq,
      isProxyBid: false,
      minimumBid: 21,
      reserveMet: true,
      endTime: '2026-01-05T18:00:00.000Z',
      ...change,
    },
  } satisfies LotMessage;
}

function extendedMessage(seq: number, reason = 'snipe_protection') {
  return {
    type: 'auction_extended',
    auctionId: 'lot',
    timestamp: '2026-01-05T12:00:00.000Z',
    seq,
    data: {
      previousEndTime: '2026-01-05T18:00:00.000Z',
      newEndTime: '2026-01-05T18:02:00.000Z',
      reason,
      triggeringBidId: 'bid',
    },
  } as LotMessage;
}

describe('mergeMessage', () => {
  it('applies the next change', () => {
    const { lot, verdict } = mergeMessage(aLot({ seq: 4 }), bidMessage(5));
    expect(verdict).toBe('applied');
    expect(lot).toMatchObject({ seq: 5, currentBid: 20, minimumBid: 21, currentBidderId: 'ann' });
  });

  it('applies the rest of a change that is known in part', () => {
    const known = aLot({ seq: 5 });
    const { lot, verdict } = mergeMessage(known, extendedMessage(5));
    expect(verdict).toBe('applied');
    expect(lot.endTime).toBe('2026-01-05T18:02:00.000Z');
  });

  it('ignores what is older than what is known', () => {
    const known = aLot({ seq: 9, currentBid: 99 });
    expect(mergeMessage(known, bidMessage(8))).toEqual({ lot: known, verdict: 'stale' });
  });

  it('leaves the lot alone over a gap', () => {
    const known = aLot({ seq: 4 });
    expect(mergeMessage(known, bidMessage(6))).toEqual({ lot: known, verdict: 'gap' });
  });

  it('takes an extension whose bid was not seen for a gap, but not one by the house', () => {
    const known = aLot({ seq: 4 });
    expect(mergeMessage(known, extendedMessage(5)).verdict).toBe('gap');
    expect(mergeMessage(known, extendedMessage(5, 'admin')).verdict).toBe('applied');
  });

  it('tells the viewer by their alias whether they lead', () => {
    const viewer = {
      bidderId: 'ann',
      isSeller: false,
      isWatching: false,
      hasBid: false,
      hasAutoBid: false,
      isHighestBidder: false,
      maxAmount: null,
    };
    const mine = mergeMessage(aLot({ viewer }), bidMessage(1)).lot;
    expect(mine.viewer?.isHighestBidder).toBe(true);
    const theirs = mergeMessage(mine, bidMessage(2, { bidderId: 'bob' })).lot;
    expect(theirs.viewer).toMatchObject({ isHighestBidder: false, hasBid: true });
  });

  it('keeps the last bid visible when a lot ends without a sale', () => {
    const known = aLot({ seq: 1, currentBid: 30, currentBidderId: 'ann' });
    const { lot } = mergeMessage(known, {
      type: 'auction_ended',
      auctionId: 'lot',
      timestamp: '',
      seq: 2,
      data: {
        finalAmount: 0,
        winnerId: null,
        winnerName: null,
        reserveMet: false,
        outcome: 'unsold',
      },
    });
    expect(lot).toMatchObject({ status: 'unsold', currentBid: 30, currentBidderId: 'ann' });
  });
});

describe('mergeSnapshot', () => {
  it('takes the newer one, and the later of two with the same seq', () => {
    const known = aLot({ seq: 3 });
    const same = aLot({ seq: 3, watcherCount: 7 });
    expect(mergeSnapshot(known, same)).toBe(same);
    expect(mergeSnapshot(known, aLot({ seq: 2 }))).toBe(known);
    expect(mergeSnapshot(undefined, known)).toBe(known);
  });
});

describe('any reordering, loss or doubling of messages', () => {
  // The medium may do anything to messages; a gap is answered by a snapshot, as the feed does.
  it.each(Array.from({ length: 300 }, (_, seed) => seed))(
    'ends in the server’s state (seed %i)',
    (seed) => {
      const random = seeded(seed);
      const house = new TestHouse(random, 'lot', 'bidder-1');
      let known: Auction = house.lot;
      const air: LotMessage[] = [];
      const deliver = (message: LotMessage) => {
        const merged = mergeMessage(known, message);
        expect(merged.lot.seq).toBeGreaterThanOrEqual(known.seq);
        known = merged.verdict === 'gap' ? mergeSnapshot(known, house.lot) : merged.lot;
        // Not only at the end: nothing is ever shown that the house never held.
        expect(known).toEqual(house.past.get(known.seq));
      };
      for (let round = 0; round < 60; round += 1) {
        for (const message of house.change()) {
          if (random() < 0.2) continue;
          air.push(message);
          if (random() < 0.2) air.push(message);
        }
        while (air.length > 0 && random() < 0.6) {
          const [message] = air.splice(Math.floor(random() * air.length), 1);
          if (message) deliver(message);
        }
      }
      for (const message of air) deliver(message);
      // What was lost at the very end shows on the next snapshot, after a reconnect at the latest.
      known = mergeSnapshot(known, house.lot);
      expect(known).toEqual(house.lot);
    },
  );
});
