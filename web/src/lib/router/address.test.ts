import { describe, expect, it } from 'vitest';
import { addressOf, leadsHere, paramsIn, rawSearch } from './address';

describe('addressOf', () => {
  it('fills the names in and writes what is asked for, as forms do', () => {
    expect(addressOf({ to: '/auctions/$auctionId/edit', params: { auctionId: 'a/b' } })).toBe(
      '/auctions/a%2Fb/edit',
    );
    expect(addressOf({ to: '/', search: { search: 'oak chair', page: 2 } })).toBe(
      '/?search=oak+chair&page=2',
    );
  });

  it('leaves out what is undefined, so plain links stay plain', () => {
    expect(addressOf({ to: '/', search: { search: undefined } })).toBe('/');
  });

  it('is read again as it was written', () => {
    const search = { search: '50% & more=1 äöü 012' };
    const address = addressOf({ to: '/', search });
    expect(rawSearch(address.slice(1))).toEqual(search);
  });
});

describe('paramsIn', () => {
  it.each([
    ['/', '/', {}],
    ['/auctions/$auctionId', '/auctions/a%20b', { auctionId: 'a b' }],
    ['/auctions/$auctionId', '/auctions/x/', { auctionId: 'x' }],
    ['/auctions/$auctionId', '/auctions/%zz', { auctionId: '%zz' }],
    ['/auctions/$auctionId', '/auctions/', null],
    ['/auctions/$auctionId', '/auctions/x/edit', null],
    ['/sell', '/Sell', null],
  ])('%s, %s', (pattern, path, params) => {
    expect(paramsIn(pattern, path)).toEqual(params);
  });
});

it('a link leads here where all that it asks for is so', () => {
  const here = { path: '/my/lots', search: '?status=sold&page=2' };
  expect(leadsHere('/my/lots', here)).toBe(true);
  expect(leadsHere('/my/lots?status=sold', here)).toBe(true);
  expect(leadsHere('/my/lots?status=active', here)).toBe(false);
  expect(leadsHere('/my', here)).toBe(false);
});
