import { locale } from '@/lib/i18n';
import { formatMoney } from '@/lib/money';

/** What is counted for each day. */
export const measures = [
  'bids',
  'grossSales',
  'auctionsCreated',
  'sold',
  'unsold',
  'cancelled',
  'newUsers',
] as const;
export type Measure = (typeof measures)[number];

/** A figure for reading: sales are money, all else is counted. */
export function figureText(measure: Measure, value: number): string {
  return measure === 'grossSales' ? formatMoney(value) : value.toLocaleString(locale);
}

const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });

/** A day of the house's calendar, which runs in UTC. */
export function dayText(date: string): string {
  return day.format(new Date(`${date}T00:00:00Z`));
}
