import { describe, expect, it } from 'vitest';
import { barsOf } from './bars';
import { readAnalyticsSearch, readAuditSearch, readUsersSearch } from './search';

describe('barsOf', () => {
  it('gives the highest value the whole height, and each its place', () => {
    const bars = barsOf([5, 10, 0], 300, 100);
    expect(bars.map((bar) => bar.height)).toEqual([50, 100, 0]);
    expect(bars.map((bar) => bar.x)).toEqual([2, 102, 202]);
  });

  it('shows what is small, and nothing where there is nothing', () => {
    expect(barsOf([1, 100_000], 10, 100)[0]?.height).toBe(2);
    expect(barsOf([0, 0], 10, 100).map((bar) => bar.height)).toEqual([0, 0]);
    expect(barsOf([], 10, 100)).toEqual([]);
  });
});

describe('the addresses of the pages of those in charge', () => {
  it('keep what they may say and drop the rest', () => {
    expect(readUsersSearch({ search: ' ann ', role: 'god', status: 'banned', page: '2' })).toEqual({
      search: 'ann',
      role: undefined,
      status: 'banned',
      page: 2,
    });
    expect(readAuditSearch({ action: 'user.ban', page: 0 })).toEqual({ action: 'user.ban' });
    expect(readAnalyticsSearch({ from: '2026-02-30x', to: '2026-02-03' })).toEqual({
      to: '2026-02-03',
    });
  });
});
