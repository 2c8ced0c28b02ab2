import { describe, expect, it } from 'vitest';
import type { Bid } from '@/lib/api/types';
import { whyOutbid } from './why';

/** Rows as the house gives them, newest first, written oldest first: who, amount, auto-bid. */
function rows(...written: [who: string, amount: number, auto?: 'auto'][]): Bid[] {
  return written
    .map(([bidderId, amount, auto], n) => ({
      id: String(n),
      auctionId: 'lot',
      bidderId,
      bidderName: bidderId,
      amount,
      isProxyBid: auto !== undefined,
      isWinning: n === written.length - 1,
      createdAt: '2026-01-05T12:00:00.000Z',
    }))
    .reverse();
}

describe('whyOutbid', () => {
  it('tells a plain higher bid, and what has followed', () => {
    const why = whyOutbid(rows(['me', 10], ['bob', 12], ['eve', 15], ['bob', 16, 'auto']), 'me');
    expect(why).toMatchObject({ how: 'more', since: 1, answers: [] });
    expect(why?.own.amount).toBe(10);
    expect(why?.beatenBy).toMatchObject({ bidderId: 'bob', amount: 12 });
  });

  it('tells a maximum that was used up, with the answers it gave before', () => {
    // The beaten maximum's last answer stands before the bid that passed it, at the price it made.
    const why = whyOutbid(
      rows(['me', 10], ['bob', 20], ['me', 21, 'auto'], ['me', 50, 'auto'], ['bob', 51]),
      'me',
    );
    expect(why?.answers.map((bid) => bid.amount)).toEqual([21, 50]);
    expect(why).toMatchObject({ how: 'more', since: 0 });
    expect(why?.beatenBy.amount).toBe(51);
  });

  it('tells a maximum of another that answered at once, and an equal offer made before', () => {
    expect(whyOutbid(rows(['bob', 10], ['me', 20], ['bob', 21, 'auto']), 'me')?.how).toBe('auto');
    expect(whyOutbid(rows(['bob', 10], ['me', 20], ['bob', 20, 'auto']), 'me')?.how).toBe('tie');
  });

  it('counts from one’s last bid, and knows when there is nothing to tell', () => {
    const again = rows(['me', 10], ['bob', 12], ['me', 13], ['bob', 14]);
    expect(whyOutbid(again, 'me')?.own.amount).toBe(13);
    expect(whyOutbid(rows(['bob', 10], ['me', 12]), 'me')).toBeNull();
    expect(whyOutbid(rows(['bob', 10], ['eve', 12]), 'me')).toBeNull();
  });
});
