import { LotPage } from '@/features/lot/Lot';
import type { Chunk } from '@/lib/router';
import { NotFound } from './fallbacks';

export const pages: Chunk['pages'] = {
  '/auctions/$auctionId': ({ params }) => <LotPage id={params.auctionId} notFound={<NotFound />} />,
};
