import { createLazyRoute } from '@tanstack/react-router';
import { MyBids, MyLots, Watchlist } from '@/features/mine/Mine';

export const MyBidsRoute = createLazyRoute('/member/my/bids')({
  component: function MyBidsPage() {
    return <MyBids search={MyBidsRoute.useSearch()} />;
  },
});

export const MyLotsRoute = createLazyRoute('/member/my/lots')({
  component: function MyLotsPage() {
    return <MyLots search={MyLotsRoute.useSearch()} />;
  },
});

export const WatchlistRoute = createLazyRoute('/member/watchlist')({ component: Watchlist });
