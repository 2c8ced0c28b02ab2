import { createLazyRoute } from '@tanstack/react-router';
import { EditLot } from '@/features/sell/EditLot';
import { Sell } from '@/features/sell/Sell';
import { NotFound } from './fallbacks';

export const Route = createLazyRoute('/member/sell')({ component: Sell });

export const EditRoute = createLazyRoute('/member/auctions/$auctionId/edit')({
  component: function EditPage() {
    return <EditLot id={EditRoute.useParams().auctionId} notFound={<NotFound />} />;
  },
});
