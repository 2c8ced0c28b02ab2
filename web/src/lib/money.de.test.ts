import { expect, it, vi } from 'vitest';

vi.mock('./i18n/language', () => ({ language: 'de', locale: 'de-DE' }));

it('takes amounts as German readers write them, and never guesses at a thousandfold', async () => {
  const { formatMoney, parseAmount, plainAmount } = await import('./money');
  expect(parseAmount('1.234')).toBe(123_400);
  expect(parseAmount('1.234,50 €')).toBe(123_450);
  expect(parseAmount('12,5')).toBe(1250);
  expect(parseAmount('12.50')).toBe(1250);
  expect(parseAmount('1,234')).toBeNull();
  expect(parseAmount('1.23,4')).toBeNull();
  expect(plainAmount(25.5)).toBe('25,50');
  expect(parseAmount(plainAmount(1234.5))).toBe(123_450);
  expect(formatMoney(1234.5)).toBe('1.234,50\u00a0€');
});
