import { EditLot } from '@/features/sell/EditLot';
import { Sell } from '@/features/sell/Sell';
import type { Chunk } from '@/lib/router';
import { NotFound } from './fallbacks';

export const pages: Chunk['pages'] = {
  '/sell': Sell,
  '/auctions/$auctionId/edit': ({ params }) => (
    <EditLot id={params.auctionId} notFound={<NotFound />} />
  ),
};
