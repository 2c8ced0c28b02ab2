import { QueryClient } from '@tanstack/react-query';
import type {
  LotsSearch as AdminLotsSearch,
  AnalyticsSearch,
  AuditSearch,
  UsersSearch,
} from '@/features/admin/search';
import {
  readLotsSearch as readAdminLotsSearch,
  readAnalyticsSearch,
  readAuditSearch,
  readUsersSearch,
} from '@/features/admin/search';
import { auctionsQuery } from '@/features/browse/auctions';
import { type BrowseSearch, readSearch } from '@/features/browse/search';
import { lotQuery } from '@/features/lot/lot';
import {
  type BidsSearch,
  type LotsSearch,
  readBidsSearch,
  readLotsSearch,
} from '@/features/mine/search';
import { readSellerSearch, type SellerSearch } from '@/features/seller/search';
import { readToldSearch, type ToldSearch } from '@/features/told/search';
import { ApiFailure } from '@/lib/api/client';
import { categoriesQuery } from '@/lib/categories';
import { safeRedirect } from '@/lib/redirect';
import type { Chunk } from '@/lib/router';
import { addressOf, type Path, type SearchOf } from '@/lib/router/address';
import { Router } from '@/lib/router/router';
import type { RawSearch } from '@/lib/search';
import { meQuery } from '@/lib/session';
import pages from './pages.json';

interface Redirect {
  /** Where to go once signed in. */
  redirect?: string;
}

declare module '@/lib/router/address' {
  interface Register {
    path: keyof typeof pages;
    searches: {
      '/': BrowseSearch;
      '/sign-in': Redirect;
      '/sign-up': Redirect;
      '/sellers/$sellerId': SellerSearch;
      '/my/bids': BidsSearch;
      '/my/lots': LotsSearch;
      '/notifications': ToldSearch;
      '/admin': AnalyticsSearch;
      '/admin/users': UsersSearch;
      '/admin/lots': AdminLotsSearch;
      '/admin/audit': AuditSearch;
    };
  }
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one; only what may go away by itself is asked again.
      retry: (count, error) =>
        !(error instanceof ApiFailure && error.status >= 400 && error.status < 500) && count < 3,
      refetchOnWindowFocus: false,
      // Without a network there may be an answer that was kept.
      networkMode: 'always',
      refetchOnReconnect: true,
    },
  },
});

/** The modules that `pages.json` names. */
const chunks: Record<string, () => Promise<Chunk>> = {
  account: () => import('./account.lazy'),
  admin: () => import('./admin.lazy'),
  browse: () => import('./browse.lazy'),
  docs: () => import('./docs.lazy'),
  lot: () => import('./lot.lazy'),
  mine: () => import('./mine.lazy'),
  sell: () => import('./sell.lazy'),
  seller: () => import('./seller.lazy'),
  settings: () => import('./settings.lazy'),
  told: () => import('./told.lazy'),
};

/** The module with a page in it. */
export function chunkOf(path: Path): Promise<Chunk> {
  return chunks[pages[path]]?.() ?? Promise.reject(new Error(`no module for ${path}`));
}

function readRedirect(raw: RawSearch): Redirect {
  const target = safeRedirect(raw.redirect);
  return target === '/' ? {} : { redirect: target };
}

const readers: { [P in Path]?: (raw: RawSearch) => SearchOf<P> } = {
  '/': readSearch,
  '/sign-in': readRedirect,
  '/sign-up': readRedirect,
  '/sellers/$sellerId': readSellerSearch,
  '/my/bids': readBidsSearch,
  '/my/lots': readLotsSearch,
  '/notifications': readToldSearch,
  '/admin': readAnalyticsSearch,
  '/admin/users': readUsersSearch,
  '/admin/lots': readAdminLotsSearch,
  '/admin/audit': readAuditSearch,
};

/** The modules whose pages are somebody's: guests sign in first and come back. */
const ofMembers = ['sell', 'mine', 'told', 'settings'];

export const router = new Router({
  paths: Object.keys(pages) as Path[],
  chunk: chunkOf,
  read: (path, raw) => readers[path]?.(raw) ?? {},
  // Only sets fetches going: the pages show the waiting and the failing themselves.
  load: (path, { auctionId }, search) => {
    // Who is signed in decides what most pages show; it is fetched beside the page's own data.
    void queryClient.prefetchQuery(meQuery);
    if (path === '/') {
      void queryClient.prefetchQuery(auctionsQuery(search));
      void queryClient.prefetchQuery(categoriesQuery);
    } else if (path === '/auctions/$auctionId' && auctionId) {
      void queryClient.prefetchQuery(lotQuery(auctionId));
    }
  },
  guard: async (path, { href }) => {
    if (!ofMembers.includes(pages[path])) return null;
    const me = await queryClient.ensureQueryData(meQuery);
    return me ? null : addressOf({ to: '/sign-in', search: { redirect: href } });
  },
});
