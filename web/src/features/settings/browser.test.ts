import { describe, expect, it } from 'vitest';
import { browserOf } from './browser';

describe('browserOf', () => {
  it('names browser and system, the one inside others’ names last', () => {
    const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
    expect(browserOf('Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko Firefox/130.0')).toBe(
      'Firefox, Linux',
    );
    expect(
      browserOf(`Mozilla/5.0 (Linux; Android 14) ${webkit} Chrome/127.0 Mobile Safari/537.36`),
    ).toBe('Chrome, Android');
    expect(browserOf(`Mozilla/5.0 (Windows NT 10.0) ${webkit} Chrome/127 Edg/127`)).toBe(
      'Edge, Windows',
    );
  });

  it('leaves programs their own words, and nothing where there are none', () => {
    expect(browserOf('curl/8.5.0')).toBe('curl/8.5.0');
    expect(browserOf('x'.repeat(500))).toHaveLength(60);
    expect(browserOf('  ')).toBeNull();
  });
});
