import { createLazyRoute } from '@tanstack/react-router';
import { Seller } from '@/features/seller/Seller';
import { NotFound } from './fallbacks';

export const Route = createLazyRoute('/sellers/$sellerId')({
  component: function SellerPage() {
    const { sellerId } = Route.useParams();
    return <Seller id={sellerId} search={Route.useSearch()} notFound={<NotFound />} />;
  },
});
