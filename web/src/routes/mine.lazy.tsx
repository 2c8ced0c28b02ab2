import { MyBids, MyLots, Watchlist } from '@/features/mine/Mine';
import type { Chunk } from '@/lib/router';

export const pages: Chunk['pages'] = {
  '/my/bids': MyBids,
  '/my/lots': MyLots,
  '/watchlist': Watchlist,
};
