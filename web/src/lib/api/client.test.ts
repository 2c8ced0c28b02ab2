import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiFailure, api, onServerTime, unwrap } from './client';

const fetched = vi.fn<typeof fetch>();

function answer(body: string | null, init?: ResponseInit): void {
  fetched.mockResolvedValueOnce(new Response(body, init));
}

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => vi.unstubAllGlobals());

describe('api', () => {
  it('fills path and query, and leaves out what is not given', async () => {
    answer('{"data":[],"pagination":{}}');
    await api.GET('/api/v1/auctions/{id}/bids', {
      params: { path: { id: 'a/b' }, query: { page: 2, limit: undefined } },
    });
    expect(fetched.mock.lastCall?.[0]).toBe('/api/v1/auctions/a%2Fb/bids?page=2');
    expect(fetched.mock.lastCall?.[1]).toMatchObject({ method: 'GET', cache: 'no-store' });
    expect(fetched.mock.lastCall?.[1]?.body).toBeUndefined();
  });

  it('sends JSON with its type, and a form with the type the browser gives it', async () => {
    answer('{}', { status: 201 });
    const body = { amount: 5 };
    const headers = { 'X-Idempotency-Key': 'k' };
    await api.POST('/api/v1/auctions/{id}/bids', { params: { path: { id: '1' } }, body, headers });
    expect(fetched.mock.lastCall?.[1]).toMatchObject({
      body: '{"amount":5}',
      headers: { 'Content-Type': 'application/json', 'X-Idempotency-Key': 'k' },
    });
    answer('{}', { status: 201 });
    const form = new FormData();
    await api.POST('/api/v1/auctions', { body: form as never });
    expect(fetched.mock.lastCall?.[1]).toMatchObject({ body: form, headers: {} });
  });

  it('hands on the server’s time', async () => {
    const listener = vi.fn();
    onServerTime(listener);
    answer('[]', { headers: { 'X-Server-Time': '2026-01-05T18:00:00.000Z' } });
    await api.GET('/api/v1/categories');
    expect(listener.mock.lastCall?.[0]).toBe('2026-01-05T18:00:00.000Z');
  });
});

describe('unwrap', () => {
  const cancel = () =>
    unwrap(api.DELETE('/api/v1/auctions/{id}', { params: { path: { id: '1' } } }));

  it('takes an answer without content', async () => {
    answer(null, { status: 204 });
    await expect(cancel()).resolves.toBeFalsy();
  });

  it('throws a refusal, a stranger’s words and a missing answer as failures', async () => {
    answer('{"error":"AUCTION_HAS_BIDS","message":"no"}', { status: 409 });
    await expect(cancel()).rejects.toMatchObject({ status: 409, code: 'AUCTION_HAS_BIDS' });
    answer('<html>Bad gateway</html>', { status: 502 });
    await expect(cancel()).rejects.toMatchObject({ status: 502, code: 'UNAVAILABLE' });
    fetched.mockRejectedValueOnce(new TypeError('failed to fetch'));
    await expect(cancel()).rejects.toEqual(new ApiFailure(0, 'NETWORK', ''));
  });

  it('lets an abort through as what it is', async () => {
    const abort = new DOMException('aborted', 'AbortError');
    fetched.mockRejectedValueOnce(abort);
    await expect(cancel()).rejects.toBe(abort);
  });
});
