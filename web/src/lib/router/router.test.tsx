import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Chunk, Link, Pages, useLocation } from '.';
import { Router } from './router';

/** Resolves a chunk when the test says so. */
function awaited<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const start = {
  pages: {
    '/': () => (
      <>
        <h1>Start</h1>
        <Link to="/my/bids" search={{ standing: 'won' }}>
          Bids
        </Link>
        <Link to="/sell">Sell</Link>
      </>
    ),
  },
} satisfies Chunk;
const bids = {
  pages: { '/my/bids': ({ search }) => <h1>Bids, {search.standing ?? 'all'}</h1> },
} satisfies Chunk;

let chunks: Record<string, () => Promise<Chunk>>;
let isMember: boolean;

function Layout({ children }: { children: React.ReactNode }) {
  return (
    <>
      <p data-testid="here">{useLocation().href}</p>
      <main tabIndex={-1}>{children}</main>
    </>
  );
}

function open() {
  const router = new Router({
    paths: ['/', '/my/bids', '/sell', '/sign-in'],
    chunk: (path) => chunks[path]?.() ?? Promise.reject(new Error(path)),
    read: (_, raw) => raw,
    load: () => {},
    guard: async (path) => (path === '/sell' && !isMember ? '/sign-in' : null),
  });
  render(<Pages router={router} layout={Layout} notFound="nothing here" broken="broken" />);
  return router;
}

const here = () => screen.getByTestId('here').textContent;

beforeEach(() => {
  history.replaceState(null, '', '/');
  sessionStorage.clear();
  isMember = true;
  chunks = {
    '/': async () => start,
    '/my/bids': async () => bids,
    '/sell': async () => ({ pages: { '/sell': () => <h1>Sell</h1> } }),
    '/sign-in': async () => ({ pages: { '/sign-in': () => <h1>Sign in</h1> } }),
  };
});
afterEach(cleanup);

it('the page before stays until the next one is there', async () => {
  const next = awaited<Chunk>();
  chunks['/my/bids'] = () => next.promise;
  const router = open();
  await act(() => router.start());
  fireEvent.click(screen.getByText('Bids'));
  expect(location.href).toMatch(/\/my\/bids\?standing=won$/);
  expect(screen.getByRole('heading').textContent).toBe('Start');
  expect(router.busy()).toBe(true);
  await act(async () => next.resolve(bids));
  expect(screen.getByRole('heading').textContent).toBe('Bids, won');
  expect(here()).toBe('/my/bids?standing=won');
});

it('the last of two navigations wins, whichever is there first', async () => {
  const slow = awaited<Chunk>();
  chunks['/my/bids'] = () => slow.promise;
  const router = open();
  await act(() => router.start());
  void router.push('/my/bids');
  await act(() => router.push('/sell'));
  await act(async () => slow.resolve(bids));
  expect(screen.getByRole('heading').textContent).toBe('Sell');
  expect(here()).toBe('/sell');
});

it('whoever may not see a page is sent elsewhere, and does not come back to it by going back', async () => {
  isMember = false;
  const router = open();
  await act(() => router.start());
  const entries = history.length;
  await act(() => router.push('/sell'));
  expect(screen.getByRole('heading').textContent).toBe('Sign in');
  expect(location.pathname).toBe('/sign-in');
  expect(history.length).toBe(entries + 1);
});

it('a page whose code is lost is told, and can be tried again', async () => {
  chunks['/my/bids'] = () => Promise.reject(new Error('gone'));
  const router = open();
  await act(() => router.start());
  await act(() => router.push('/my/bids'));
  expect(screen.getByText('broken')).toBeTruthy();
  chunks['/my/bids'] = async () => bids;
  await act(() => router.retry());
  expect(screen.getByRole('heading').textContent).toBe('Bids, all');
});

it('a page that breaks leaves the frame whole, and another page mends it', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  chunks['/my/bids'] = async () => ({
    pages: {
      '/my/bids': () => {
        throw new Error('broken page');
      },
    },
  });
  const router = open();
  await act(() => router.start());
  await act(() => router.push('/my/bids'));
  expect(screen.getByText('broken')).toBeTruthy();
  await act(() => router.push('/'));
  expect(screen.getByRole('heading').textContent).toBe('Start');
  vi.restoreAllMocks();
});

it('an address without a page says so', async () => {
  history.replaceState(null, '', '/nowhere');
  const router = open();
  await act(() => router.start());
  expect(screen.getByText('nothing here')).toBeTruthy();
});

it('only a plain click is the app’s; others are the browser’s', async () => {
  const router = open();
  await act(() => router.start());
  const push = vi.spyOn(router, 'push');
  const link = screen.getByText('Sell');
  // Nothing else in the test follows a link.
  document.body.addEventListener('click', (event) => event.preventDefault(), { once: true });
  fireEvent.click(link, { ctrlKey: true });
  expect(push).not.toHaveBeenCalled();
  fireEvent.click(link);
  expect(push).toHaveBeenCalledWith('/sell');
});
