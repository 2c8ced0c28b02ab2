/**
 * Reading of addresses. What is nonsense or the default is left out, never an error: people edit
 * addresses.
 */
export type RawSearch = Record<string, unknown>;

/** The page asked for; undefined for the first. */
export function readPage(raw: RawSearch): number | undefined {
  const page = Number(raw.page);
  return Number.isInteger(page) && page > 1 ? page : undefined;
}

/** A text, trimmed and bounded; undefined where there is none. A number in an address is text too. */
export function readText(value: unknown, length_max = 100): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return String(value).trim().slice(0, length_max) || undefined;
}

/** One of a list; undefined where it is none of them. */
export function readChoice<const T extends string>(
  value: unknown,
  choices: readonly T[],
): T | undefined {
  return choices.find((choice) => choice === value);
}

/** A day as `YYYY-MM-DD`. */
export function readDay(value: unknown): string | undefined {
  const day = String(value ?? '');
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) ? day : undefined;
}
