import { locale, t, tn } from './i18n';

const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const clockTime = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });

/** A point in time in the reader's own time zone. */
export function formatMoment(iso: string): string {
  return moment.format(new Date(iso));
}

const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });

/** The day of a point in time, in the reader's own time zone. */
export function formatDay(iso: string): string {
  return day.format(new Date(iso));
}

/** The time of day to the second, for the bid history. */
export function formatClock(iso: string): string {
  return clockTime.format(new Date(iso));
}

/** The zone that times are shown in, which is the reader's. */
export function ownZone(): string {
  return zoneName();
}

/** The zone that the house writes its times in. */
export function houseZone(): string {
  return zoneName('UTC');
}

function zoneName(timeZone?: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'long' }).formatToParts();
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
}

const tenth = new Intl.NumberFormat(locale, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

const two = (n: number) => String(n).padStart(2, '0');

/** Time left for a countdown; tenths in the last minute, where `tenths` asks for them. */
export function formatLeft(ms: number, tenths = false): string {
  const left = Math.max(0, ms);
  if (left < 60_000 && tenths) {
    return t('time.tenths', { seconds: tenth.format(Math.floor(left / 100) / 10) });
  }
  const seconds = Math.floor(left / 1000);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days > 0) return t('time.days', { days, hours });
  if (hours > 0) return t('time.hours', { hours, minutes: two(minutes) });
  if (minutes > 0) return t('time.minutes', { minutes, seconds: two(seconds % 60) });
  return t('time.seconds', { seconds });
}

/** A whole duration in words: "2 minutes". */
export function formatDuration(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return tn('time.wordHours', seconds / 3600);
  if (seconds >= 60 && seconds % 60 === 0) return tn('time.wordMinutes', seconds / 60);
  return tn('time.wordSeconds', seconds);
}

/** An extension as "+2:00". */
export function formatAdded(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `+${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

/** A moment as a `datetime-local` field takes it, to the second. */
export function localMoment(ms: number): string {
  const offset_ms = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offset_ms).toISOString().slice(0, 19);
}
