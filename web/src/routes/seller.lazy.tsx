import { Seller } from '@/features/seller/Seller';
import type { Chunk } from '@/lib/router';
import { NotFound } from './fallbacks';

export const pages: Chunk['pages'] = {
  '/sellers/$sellerId': ({ params, search }) => (
    <Seller id={params.sellerId} search={search} notFound={<NotFound />} />
  ),
};
