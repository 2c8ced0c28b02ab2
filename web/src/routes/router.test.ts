import { expect, it } from 'vitest';
import type { Path } from '@/lib/router/address';
import pages from './pages.json';
import { chunkOf } from './router';

it.each(Object.keys(pages) as Path[])('%s is an address with a page', async (path) => {
  expect((await chunkOf(path)).pages[path]).toBeTypeOf('function');
});
