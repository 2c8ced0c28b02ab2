import type { Auction, LotMessage } from '@/lib/api/types';

/** A lot for tests; only what a test is about need be named. */
export function aLot(change: Partial<Auction> = {}): Auction {
  return {
    id: 'lot',
    sellerId: 'seller',
    sellerName: 'Seller',
    title: 'Clock',
    description: '',
    category: 'clocks',
    startingPrice: 10,
    currentBid: 10,
    currentBidderId: null,
    currentBidderName: null,
    reservePrice: null,
    bidIncrement: 1,
    bidCount: 0,
    status: 'active',
    startTime: '2026-01-05T10:00:00.000Z',
    endTime: '2026-01-05T18:00:00.000Z',
    originalEndTime: '2026-01-05T18:00:00.000Z',
    createdAt: '2026-01-05T09:00:00.000Z',
    updatedAt: '2026-01-05T09:00:00.000Z',
    images: [],
    minimumBid: 10,
    reserveMet: true,
    hasReserve: false,
    snipeWindowSeconds: 120,
    watcherCount: 0,
    seq: 0,
    winner: null,
    viewer: null,
    ...change,
  } as Auction;
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A house with one lot: it changes at random, and tells each change in messages. */
export class TestHouse {
  lot: Auction;
  /** The lot as it was at each seq: whatever a client shows must be one of these. */
  readonly past = new Map<number, Auction>();

  constructor(
    private readonly random: () => number,
    id = 'lot',
    readonly viewerId: string | null = null,
  ) {
    this.lot = aLot({ id, viewer: this.#viewerOf(null) });
    this.past.set(0, this.lot);
  }

  /** One change and the messages that tell it, all of the same seq. */
  change(): LotMessage[] {
    const seq = this.lot.seq + 1;
    if (this.lot.status !== 'active') return [];
    const messages = this.random() < 0.02 ? this.#end(seq) : this.#bid(seq);
    this.past.set(seq, this.lot);
    return messages;
  }

  #bid(seq: number): LotMessage[] {
    const before = this.lot;
    const bidderId = `bidder-${Math.floor(this.random() * 3)}`;
    const amount = before.minimumBid + Math.floor(this.random() * 5);
    const extends_ = this.random() < 0.4;
    const endTime = extends_
      ? new Date(Date.parse(before.endTime) + 60_000).toISOString()
      : before.endTime;
    this.lot = {
      ...before,
      seq,
      currentBid: amount,
      currentBidderId: bidderId,
      currentBidderName: bidderId,
      bidCount: before.bidCount + 1,
      minimumBid: amount + 1,
      endTime,
      viewer: this.#viewerOf(bidderId),
    };
    const head = { auctionId: before.id, timestamp: before.updatedAt, seq };
    const messages: LotMessage[] = [
      {
        ...head,
        type: 'bid_update',
        data: {
          bidId: `bid-${seq}`,
          amount,
          bidderId,
          bidderName: bidderId,
          bidCount: this.lot.bidCount,
          isProxyBid: false,
          minimumBid: amount + 1,
          reserveMet: true,
          endTime,
        },
      },
    ];
    if (extends_) {
      messages.push({
        ...head,
        type: 'auction_extended',
        data: {
          previousEndTime: before.endTime,
          newEndTime: endTime,
          reason: 'snipe_protection',
          triggeringBidId: `bid-${seq}`,
        },
      });
    }
    return messages;
  }

  #end(seq: number): LotMessage[] {
    const { id, updatedAt, currentBid, currentBidderId } = this.lot;
    const outcome = currentBidderId ? 'sold' : 'unsold';
    this.lot = { ...this.lot, seq, status: outcome };
    return [
      {
        type: 'auction_ended',
        auctionId: id,
        timestamp: updatedAt,
        seq,
        data: {
          finalAmount: currentBid,
          winnerId: currentBidderId ?? null,
          winnerName: currentBidderId ?? null,
          reserveMet: true,
          outcome,
        },
      },
    ];
  }

  #viewerOf(leader: string | null): Auction['viewer'] {
    if (!this.viewerId) return null;
    return {
      bidderId: this.viewerId,
      isSeller: false,
      isWatching: false,
      hasBid: leader === this.viewerId || (this.lot?.viewer?.hasBid ?? false),
      hasAutoBid: false,
      isHighestBidder: leader === this.viewerId,
      maxAmount: null,
    };
  }
}
