import { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  redirect,
} from '@tanstack/react-router';
import {
  readLotsSearch as readAdminLotsSearch,
  readAnalyticsSearch,
  readAuditSearch,
  readUsersSearch,
} from '@/features/admin/search';
import { auctionsQuery } from '@/features/browse/auctions';
import { readSearch } from '@/features/browse/search';
import { lotQuery } from '@/features/lot/lot';
import { readBidsSearch, readLotsSearch } from '@/features/mine/search';
import { readSellerSearch } from '@/features/seller/search';
import { readToldSearch } from '@/features/told/search';
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
      // Without a network there may be an answer that was kept.
      networkMode: 'always',
      refetchOnReconnect: true,
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

const forgotRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgot-password',
}).lazy(() => import('./account.lazy').then((module) => module.ForgotRoute));

const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
}).lazy(() => import('./account.lazy').then((module) => module.ResetRoute));

const firstAdminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/first-admin',
}).lazy(() => import('./account.lazy').then((module) => module.FirstAdminRoute));

const sellerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sellers/$sellerId',
  validateSearch: readSellerSearch,
}).lazy(() => import('./seller.lazy').then((module) => module.Route));

const docsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/docs',
}).lazy(() => import('./docs.lazy').then((module) => module.Route));

/** The pages of those in charge. Others are told so there, rather than sent away. */
const adminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin',
}).lazy(() => import('./admin.lazy').then((module) => module.Route));

const analyticsRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/',
  validateSearch: readAnalyticsSearch,
}).lazy(() => import('./admin.lazy').then((module) => module.AnalyticsRoute));

const usersRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/users',
  validateSearch: readUsersSearch,
}).lazy(() => import('./admin.lazy').then((module) => module.UsersRoute));

const adminLotsRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/lots',
  validateSearch: readAdminLotsSearch,
}).lazy(() => import('./admin.lazy').then((module) => module.LotsRoute));

const auditRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/audit',
  validateSearch: readAuditSearch,
}).lazy(() => import('./admin.lazy').then((module) => module.AuditRoute));

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

const editRoute = createRoute({
  getParentRoute: () => memberRoute,
  path: '/auctions/$auctionId/edit',
}).lazy(() => import('./sell.lazy').then((module) => module.EditRoute));

const watchlistRoute = createRoute({
  getParentRoute: () => memberRoute,
  path: '/watchlist',
}).lazy(() => import('./mine.lazy').then((module) => module.WatchlistRoute));

const notificationsRoute = createRoute({
  getParentRoute: () => memberRoute,
  path: '/notifications',
  validateSearch: readToldSearch,
}).lazy(() => import('./told.lazy').then((module) => module.Route));

const accountRoute = createRoute({
  getParentRoute: () => memberRoute,
  path: '/account',
}).lazy(() => import('./settings.lazy').then((module) => module.Route));

const profileRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/',
}).lazy(() => import('./settings.lazy').then((module) => module.ProfileRoute));

const sessionsRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/sessions',
}).lazy(() => import('./settings.lazy').then((module) => module.SessionsRoute));

const tokensRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/tokens',
}).lazy(() => import('./settings.lazy').then((module) => module.TokensRoute));

const toldSettingsRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/notifications',
}).lazy(() => import('./settings.lazy').then((module) => module.NotificationsRoute));

const myBidsRoute = createRoute({
  getParentRoute: () => memberRoute,
  path: '/my/bids',
  validateSearch: readBidsSearch,
}).lazy(() => import('./mine.lazy').then((module) => module.MyBidsRoute));

const myLotsRoute = createRoute({
  getParentRoute: () => memberRoute,
  path: '/my/lots',
  validateSearch: readLotsSearch,
}).lazy(() => import('./mine.lazy').then((module) => module.MyLotsRoute));

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    browseRoute,
    lotRoute,
    signInRoute,
    signUpRoute,
    forgotRoute,
    resetRoute,
    firstAdminRoute,
    sellerRoute,
    docsRoute,
    adminRoute.addChildren([analyticsRoute, usersRoute, adminLotsRoute, auditRoute]),
    memberRoute.addChildren([
      sellRoute,
      editRoute,
      myBidsRoute,
      myLotsRoute,
      watchlistRoute,
      notificationsRoute,
      accountRoute.addChildren([profileRoute, sessionsRoute, tokensRoute, toldSettingsRoute]),
    ]),
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
