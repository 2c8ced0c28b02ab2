import type { ApiFailure } from '@/lib/api/client';
import { textForCode } from '@/lib/i18n';
import { fromCents, parseAmount } from '@/lib/money';
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
 * are allowed is the server's to say: it answers with the field and the reason.
 */
export function readForm(form: FormData): ReadForm {
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
    else errors[name] = t('sell.badMoment');
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
  return Object.keys(fields).length > 0 ? fields : { form: textForCode(failure.code) };
}
