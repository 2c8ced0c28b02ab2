import { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  redirect,
} from '@tanstack/react-router';
import { auctionsQuery } from '@/features/browse/auctions';
import { readSearch } from '@/features/browse/search';
import { lotQuery } from '@/features/lot/lot';
import { readMineSearch } from '@/features/mine/search';
import { ApiFailure } from '@/lib/api/client';
import { categoriesQuery } from '@/lib/categories';
import { safeRedirect } from '@/lib/redirect';
import { meQuery } from '@/lib/session';
import { Broken, NotFound } from './fallbacks';
import { Layout } from './layout';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one; only what may go away by itself is asked again.
      retry: (count, error) =>
        !(error instanceof ApiFailure && error.status >= 400 && error.status < 500) && count < 3,
      refetchOnWindowFocus: false,
    },
  },
});

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Layout,
  notFoundComponent: NotFound,
  // Who is signed in decides what most pages show; it is fetched beside the page's own data.
  beforeLoad: ({ context }) => void context.queryClient.prefetchQuery(meQuery),
});

// Loaders only set fetches going, while the page's code is on its way; the pages show the waiting
// and the failing themselves.
const browseRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: readSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => {
    void context.queryClient.prefetchQuery(auctionsQuery(deps));
    void context.queryClient.prefetchQuery(categoriesQuery);
  },
}).lazy(() => import('./browse.lazy').then((module) => module.Route));

const lotRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/auctions/$auctionId',
  loader: ({ context, params }) =>
    void context.queryClient.prefetchQuery(lotQuery(params.auctionId)),
}).lazy(() => import('./lot.lazy').then((module) => module.Route));

function readRedirect(raw: Record<string, unknown>): { redirect?: string } {
  const target = safeRedirect(raw.redirect);
  return target === '/' ? {} : { redirect: target };
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: readRedirect,
}).lazy(() => import('./account.lazy').then((module) => module.SignInRoute));

const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  validateSearch: readRedirect,
}).lazy(() => import('./account.lazy').then((module) => module.SignUpRoute));

/** The pages of somebody: guests sign in first and come back. */
const memberRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'member',
  beforeLoad: async ({ context, location }) => {
    const me = await context.queryClient.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: '/sign-in', search: { redirect: location.href } });
  },
});

const sellRoute = createRoute({
  getParentRoute: () => memberRoute,
  path: '/sell',
}).lazy(() => import('./sell.lazy').then((module) => module.Route));

const myBidsRoute = createRoute({
  getParentRoute: () => memberRoute,
  path: '/my/bids',
  validateSearch: readMineSearch,
}).lazy(() => import('./mine.lazy').then((module) => module.MyBidsRoute));

const myLotsRoute = createRoute({
  getParentRoute: () => memberRoute,
  path: '/my/lots',
  validateSearch: readMineSearch,
}).lazy(() => import('./mine.lazy').then((module) => module.MyLotsRoute));

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    browseRoute,
    lotRoute,
    signInRoute,
    signUpRoute,
    memberRoute.addChildren([sellRoute, myBidsRoute, myLotsRoute]),
  ]),
  context: { queryClient },
  defaultPreload: 'intent',
  // Query decides what is fresh; the router need not keep a second opinion.
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
