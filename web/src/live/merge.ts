import type { Auction, LotMessage } from '@/lib/api/types';

export type Verdict = 'applied' | 'stale' | 'gap';

export interface Merged {
  lot: Auction;
  verdict: Verdict;
}

/**
 * The newer of what is known and a whole lot as the server gave it. The same `seq` replaces too:
 * silent changes (one's own maximum, a watch) move no `seq`, and the later answer knows them.
 */
export function mergeSnapshot(known: Auction | undefined, snapshot: Auction): Auction {
  return known && snapshot.seq < known.seq ? known : snapshot;
}

/**
 * One message put on top of a lot, by `seq` alone: known or known + 1 is applied, less is stale,
 * more is a gap that only a fresh snapshot can close.
 */
export function mergeMessage(lot: Auction, message: LotMessage): Merged {
  const seq = message.seq ?? 0;
  if (seq < lot.seq) return { lot, verdict: 'stale' };
  if (seq > lot.seq + 1) return { lot, verdict: 'gap' };
  const { timestamp: updatedAt } = message;
  switch (message.type) {
    case 'bid_update': {
      const { amount, bidderId, bidderName, bidCount, minimumBid, reserveMet, endTime } =
        message.data;
      const leads = bidderId === lot.viewer?.bidderId;
      const viewer = lot.viewer && {
        ...lot.viewer,
        isHighestBidder: leads,
        hasBid: lot.viewer.hasBid || leads,
        hasAutoBid: lot.viewer.hasAutoBid && leads,
      };
      return applied(lot, seq, {
        status: lot.status === 'scheduled' ? 'active' : lot.status,
        currentBid: amount,
        currentBidderId: bidderId,
        currentBidderName: bidderName,
        bidCount,
        minimumBid,
        reserveMet,
        endTime,
        viewer,
        updatedAt,
      });
    }
    case 'auction_extended':
      // A bid's extension has the bid's own seq. Where that bid has not been seen, this is not the
      // whole change: taking it as known + 1 would step over a price.
      if (seq > lot.seq && message.data.reason === 'snipe_protection') {
        return { lot, verdict: 'gap' };
      }
      return applied(lot, seq, { endTime: message.data.newEndTime, updatedAt });
    case 'auction_ended': {
      const { outcome, finalAmount, reserveMet, winnerId, winnerName } = message.data;
      const sold = outcome === 'sold';
      return applied(lot, seq, {
        status: outcome,
        reserveMet,
        currentBid: sold ? finalAmount : lot.currentBid,
        currentBidderId: sold ? winnerId : lot.currentBidderId,
        currentBidderName: sold ? winnerName : lot.currentBidderName,
        updatedAt,
      });
    }
  }
}

function applied(lot: Auction, seq: number, change: Partial<Auction>): Merged {
  return { lot: { ...lot, ...change, seq }, verdict: 'applied' };
}
