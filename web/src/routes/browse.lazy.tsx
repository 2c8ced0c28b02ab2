import { createLazyRoute } from '@tanstack/react-router';
import { Browse } from '@/features/browse/Browse';
import { SearchBox } from '@/features/shell/SearchBox';

export const Route = createLazyRoute('/')({
  component: function BrowsePage() {
    return <Browse search={Route.useSearch()} searchBox={<SearchBox />} />;
  },
});
