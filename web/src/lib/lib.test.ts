import { afterEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from './api/client';
import { t, textForCode, tn } from './i18n';
import { newKey } from './key';
import { formatMoney, fromCents, parseAmount, plainAmount, toCents } from './money';
import { safeRedirect } from './redirect';
import { formatAdded, formatDuration, formatLeft } from './time';

describe('parseAmount', () => {
  it.each([
    ['55', 5500],
    ['55.5', 5550],
    ['55,50', 5550],
    ['€ 55', 5500],
    ['1 250', 125000],
    ['1,250', 125000],
    ['1.250.000', 125000000],
    ['1,250.5', 125050],
    ['1.250,50', 125050],
    ['1,250,000', 125000000],
    ['0.01', 1],
  ])('reads %s', (text, cents) => expect(parseAmount(text)).toBe(cents));

  it.each([
    '',
    '0',
    '-5',
    '5.555',
    '1.250',
    '0.500',
    '1,25,0',
    '1.250.5.5',
    'ten',
    '5e3',
    '12,3456',
    '9'.repeat(20),
  ])('does not guess at "%s"', (text) => expect(parseAmount(text)).toBeNull());
});

describe('money', () => {
  it('survives the way to cents and back, where floats would not', () => {
    for (let cents = 0; cents < 20_000; cents += 7) {
      expect(toCents(fromCents(cents))).toBe(cents);
      if (cents > 0) expect(parseAmount(plainAmount(fromCents(cents)))).toBe(cents);
    }
    expect(toCents(0.1 + 0.2)).toBe(30);
  });

  it('shows decimals only where there are some', () => {
    expect(formatMoney(1250)).toBe('€1,250');
    expect(formatMoney(55.5)).toBe('€55.50');
  });
});

describe('safeRedirect', () => {
  it.each(['/auctions/1', '/sell?x=1#y', '/'])('keeps %s', (path) =>
    expect(safeRedirect(path)).toBe(path),
  );
  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'evil',
    '/\t/evil',
    '',
    null,
    7,
  ])('sends %s to the start', (path) => expect(safeRedirect(path)).toBe('/'));
});

describe('time', () => {
  it('counts down coarsely, then finely', () => {
    expect(formatLeft(90_061_000)).toBe('1d 1h');
    expect(formatLeft(3_660_000)).toBe('1h 01m');
    expect(formatLeft(61_000)).toBe('1m 01s');
    expect(formatLeft(9_870)).toBe('9s');
    expect(formatLeft(9_870, true)).toBe('9.8s');
    expect(formatLeft(-5, true)).toBe('0.0s');
  });

  it('names durations', () => {
    expect(formatDuration(120)).toBe('2 minutes');
    expect(formatDuration(3600)).toBe('1 hour');
    expect(formatDuration(90)).toBe('90 seconds');
    expect(formatAdded(120_000)).toBe('+2:00');
  });
});

describe('texts', () => {
  it('fills placeholders and chooses the plural', () => {
    expect(t('reserve.met')).toBe('Reserve met');
    expect(t('time.left', { time: '5s' })).toBe('5s left');
    expect(tn('card.bids', 1)).toBe('1 bid');
    expect(tn('card.bids', 1200)).toBe('1,200 bids');
  });

  it('has words for a code it does not know', () => {
    expect(textForCode('BRAND_NEW')).toBe(t('error.UNEXPECTED'));
  });
});

describe('newKey', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('makes distinct UUIDs also where crypto.randomUUID is missing', () => {
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
    const keys = Array.from({ length: 50 }, newKey);
    expect(new Set(keys).size).toBe(50);
    for (const key of keys) {
      expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});

describe('failureOf', () => {
  it('keeps code, details and reference of a refusal', () => {
    const response = new Response(null, {
      status: 429,
      headers: { 'X-Request-Id': 'r1', 'Retry-After': '7' },
    });
    const failure = failureOf(response, { error: 'RATE_LIMITED', message: 'slow down' });
    expect(failure).toMatchObject({ status: 429, code: 'RATE_LIMITED', requestId: 'r1' });
    expect(failure.retryAfterSeconds).toBe(7);
  });

  it('makes something of an answer that is not the API’s', () => {
    const codeOf = (status: number) => failureOf(new Response('', { status }), '<html>').code;
    expect([500, 501, 505].map(codeOf)).toEqual(['UNEXPECTED', 'UNEXPECTED', 'UNEXPECTED']);
    expect([502, 503, 504].map(codeOf)).toEqual(['UNAVAILABLE', 'UNAVAILABLE', 'UNAVAILABLE']);
  });
});
