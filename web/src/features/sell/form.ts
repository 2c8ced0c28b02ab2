import { textForFault } from '@/components/ui/fault';
import type { ApiFailure } from '@/lib/api/client';
import type { Auction, AuctionChanges } from '@/lib/api/types';
import { textForCode } from '@/lib/i18n';
import { fromCents, parseAmount } from '@/lib/money';
import { localMoment } from '@/lib/time';
import type { Typed } from './kept';
import { t } from './text';

export const durations = ['600', '3600', '86400', '259200', '604800', 'custom'] as const;
export const snipeWindows = ['0', '15', '60', '120', '300', '600'] as const;

export type FieldErrors = Record<string, string>;

export interface ReadForm {
  fields: Record<string, string>;
  errors: FieldErrors;
}

/** A slug as the house takes it, from whatever somebody wrote as a category. */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
}

/** A local date-time field as the moment it means. */
function momentOf(text: string): string | null {
  const date = new Date(text);
  return text && !Number.isNaN(date.getTime()) ? date.toISOString() : null;
}

/**
 * The form as the API takes it, and what is missing or unreadable. Which lengths, prices and times
 * are allowed is the server's to say: it answers with the field and the reason. A draft's times may
 * be left open.
 */
export function readForm(form: FormData, draft = false): ReadForm {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const fields: Record<string, string> = {};
  const errors: FieldErrors = {};
  const required = (name: string, value: string) => {
    if (value) fields[name] = value;
    else errors[name] = t('sell.required');
  };
  const amount = (name: string, isRequired: boolean) => {
    const typed = text(name);
    if (!typed && isRequired) errors[name] = t('sell.required');
    if (!typed) return;
    const cents = parseAmount(typed);
    if (cents === null) errors[name] = t('sell.badAmount');
    else fields[name] = String(fromCents(cents));
  };
  const moment = (name: string) => {
    const iso = momentOf(text(name));
    if (iso) fields[name] = iso;
    else if (!draft || text(name)) errors[name] = t('sell.badMoment');
  };
  required('title', text('title'));
  if (text('description')) fields.description = text('description');
  required('category', slugOf(text('category')));
  amount('startingPrice', true);
  amount('reservePrice', false);
  amount('bidIncrement', false);
  if (text('duration') === 'custom') moment('endTime');
  else fields.durationSeconds = text('duration');
  if (form.has('later')) moment('startTime');
  fields.snipeWindowSeconds = text('snipeWindowSeconds');
  return { fields, errors };
}

/** The server's refusal, at its fields where it names some. */
export function serverErrors(failure: ApiFailure): FieldErrors {
  const { retryAfter: _, ...fields } = failure.details;
  const said = Object.entries(fields).map(([name, fault]) => [name, textForFault(fault)]);
  return said.length > 0 ? Object.fromEntries(said) : { form: textForCode(failure.code) };
}

export interface Timing {
  duration: (typeof durations)[number];
  /** As datetime-local fields take them; empty where there is none to show. */
  endTime: string;
  startTime: string;
}

/** How a lot's times are shown in the form. */
export function timingOf(lot: Auction | undefined, now: number): Timing {
  if (!lot) return { duration: '259200', endTime: '', startTime: '' };
  const start = Date.parse(lot.startTime);
  const end = Date.parse(lot.endTime);
  const later = lot.status !== 'active' && start > now;
  // A draft's end may not have been given yet.
  const isGiven = end > Date.parse(lot.createdAt);
  const seconds = String(Math.round((end - start) / 1000));
  const preset = durations.find((choice) => choice === seconds);
  return {
    duration: preset ?? (isGiven ? 'custom' : '259200'),
    endTime: isGiven ? localMoment(end) : '',
    startTime: later ? localMoment(start) : '',
  };
}

/** The same, with what was typed before in its place. */
export function timingTyped(timing: Timing, typed: Typed | null | undefined): Timing {
  if (!typed) return timing;
  return {
    duration: durations.find((choice) => choice === typed.duration) ?? timing.duration,
    endTime: typed.endTime ?? timing.endTime,
    // The box beside it is ticked where there is one, so an empty one is left out with the box.
    startTime: typed.later ? (typed.startTime ?? timing.startTime) : '',
  };
}

const numbers = [
  'startingPrice',
  'reservePrice',
  'bidIncrement',
  'durationSeconds',
  'snipeWindowSeconds',
];
/** What can be taken away again. The step cannot: an empty field there means that it stays. */
const optional = ['reservePrice', 'startTime', 'endTime', 'durationSeconds'] as const;

/**
 * What the form asks to be changed, as the API takes it: `before` is the form as it was when it
 * came up, or null where all of it is sent, as for a draft.
 */
export function changeOf(
  before: Record<string, string> | null,
  now: Record<string, string>,
): AuctionChanges {
  const change: Record<string, string | number | null> = {};
  for (const [name, value] of Object.entries(now)) {
    if (before?.[name] === value) continue;
    change[name] = numbers.includes(name) ? Number(value) : value;
  }
  if (now.description === undefined && before?.description !== undefined) change.description = '';
  if (before === null) change.description = now.description ?? '';
  for (const name of optional) {
    if (now[name] === undefined && (before === null || before[name] !== undefined)) {
      change[name] = null;
    }
  }
  return change as AuctionChanges;
}
