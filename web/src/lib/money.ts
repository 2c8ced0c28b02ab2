import { locale } from './i18n';

/** The house shows one currency; this is the only place that names it. */
const currency = 'EUR';

const whole = new Intl.NumberFormat(locale, {
  style: 'currency',
  currency,
  minimumFractionDigits: 0,
  maximumFractionDigits: 0,
});
const exact = new Intl.NumberFormat(locale, { style: 'currency', currency });

/** The currency's sign, for the front of an amount field. */
export const currencySymbol =
  exact.formatToParts(0).find((part) => part.type === 'currency')?.value ?? currency;

/** What stands before the cents in the reader's own way of writing. */
const decimalMark =
  exact.formatToParts(0).find((part) => part.type === 'decimal')?.value === ',' ? ',' : '.';
const ambiguous = decimalMark === ',' ? /^\d+,\d{3}$/ : /^\d+\.\d{3}$/;

/** Wire amount (major units) to cents; the only way amounts are calculated with. */
export function toCents(amount: number): number {
  return Math.round(amount * 100);
}

/** Cents back to the wire's major units. */
export function fromCents(cents: number): number {
  return cents / 100;
}

/** An amount for reading: decimals only where there are some. */
export function formatMoney(amount: number): string {
  const cents = toCents(amount);
  return cents % 100 === 0 ? whole.format(cents / 100) : exact.format(cents / 100);
}

/** An amount as it would be typed: no sign, no grouping. */
export function plainAmount(amount: number): string {
  const cents = toCents(amount);
  return cents % 100 === 0
    ? String(cents / 100)
    : (cents / 100).toFixed(2).replace('.', decimalMark);
}

/**
 * What somebody typed, in cents; null where it is no amount with at most two decimals.
 * Both decimal marks are taken. This page's grouping mark before three digits groups; its decimal
 * mark there could be meant either way, and a bid must not be guessed at by a factor of a thousand.
 */
export function parseAmount(text: string): number | null {
  const bare = text.replace(/[\s\u00a0\u202f'’]/g, '').replace(currencySymbol, '');
  const match = /^([1-9]\d{0,2}(?:[.,]\d{3})+|\d+)(?:([.,])(\d{1,2}))?$/.exec(bare);
  if (!match || ambiguous.test(bare)) return null;
  const [, integer = '', mark, decimals = ''] = match;
  const groupMarks = new Set(integer.replace(/\d/g, ''));
  if (groupMarks.size > 1 || (mark && groupMarks.has(mark))) return null;
  const cents = Number(integer.replace(/[.,]/g, '')) * 100 + Number(decimals.padEnd(2, '0'));
  return Number.isSafeInteger(cents) && cents > 0 ? cents : null;
}
