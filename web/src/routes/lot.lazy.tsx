import { createLazyRoute } from '@tanstack/react-router';
import { LotPage } from '@/features/lot/Lot';
import { NotFound } from './fallbacks';

export const Route = createLazyRoute('/auctions/$auctionId')({
  component: function AuctionPage() {
    const { auctionId } = Route.useParams();
    return <LotPage id={auctionId} notFound={<NotFound />} />;
  },
});
