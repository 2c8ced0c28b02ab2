import type { Auction, MyBid } from '@/lib/api/types';

export const groups = ['winning', 'outbid', 'won', 'lost', 'cancelled'] as const;
export type Group = (typeof groups)[number];

/**
 * My standing on a lot as it is now: the list's answer is as old as its fetch, the lot is live.
 */
export function standingNow(fetched: MyBid['standing'], lot: Auction | undefined): Group {
  if (!lot?.viewer) return fetched;
  switch (lot.status) {
    case 'active':
      return lot.viewer.isHighestBidder ? 'winning' : 'outbid';
    case 'sold':
      return lot.currentBidderId === lot.viewer.bidderId ? 'won' : 'lost';
    case 'unsold':
      return 'lost';
    case 'cancelled':
      return 'cancelled';
    default:
      return fetched;
  }
}
