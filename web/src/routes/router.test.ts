import { expect, it } from 'vitest';
import pages from './pages.json';
import { router } from './router';

it('has a page for every address that the server knows, and no other', () => {
  const paths = Object.values(router.routesById as Record<string, { fullPath: string }>)
    .map(({ fullPath }) => fullPath.replace(/(.)\/$/, '$1'))
    .filter(Boolean);
  expect([...new Set(paths)].sort()).toEqual(Object.keys(pages).sort());
});
