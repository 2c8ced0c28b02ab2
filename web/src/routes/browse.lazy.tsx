import { Browse } from '@/features/browse/Browse';
import { SearchBox } from '@/features/shell/SearchBox';
import type { Chunk } from '@/lib/router';

export const pages: Chunk['pages'] = {
  '/': ({ search }) => <Browse search={search} searchBox={<SearchBox />} />,
};
