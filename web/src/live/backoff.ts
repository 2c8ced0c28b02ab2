/** A source of numbers in [0, 1); tests give their own. */
export type Random = () => number;

/**
 * Full jitter: anything up to the doubled base, so that a house that comes back is not met by all
 * its visitors in the same instant.
 */
export function backoffMs(
  attempt: number,
  { baseMs, capMs }: { baseMs: number; capMs: number },
  random: Random = Math.random,
): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(Math.max(attempt - 1, 0), 30));
  return Math.round(random() * ceiling);
}
