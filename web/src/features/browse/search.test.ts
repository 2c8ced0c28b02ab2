import { describe, expect, it } from 'vitest';
import { readSearch } from './search';

describe('readSearch', () => {
  it('reads what the address says', () => {
    const raw = { search: ' clock ', category: 'clocks', sort: 'bids', status: 'ended', page: 3 };
    expect(readSearch(raw)).toEqual({ ...raw, search: 'clock' });
  });

  it('leaves defaults and nonsense out', () => {
    const raw = { search: '', category: 'No Slug!', sort: 'ending', status: 'gone', page: -1 };
    expect(readSearch(raw)).toEqual({});
    expect(readSearch({ page: '1.5', status: 'active' })).toEqual({});
  });

  it('reads a price range, and leaves out an end that leaves nothing between', () => {
    expect(readSearch({ min: 10, max: '50' })).toMatchObject({ min: 10, max: 50 });
    expect(readSearch({ min: 50, max: 10 })).toEqual({ min: 50 });
    expect(readSearch({ min: -3, max: 'much' })).toEqual({});
  });

  it('reads a search for a number as text', () => {
    expect(readSearch({ search: 1890 })).toEqual({ search: '1890' });
  });
});
