import { page_size } from './auctions';

/** A guess for a page of a list of which nothing has been seen yet. */
const unseen_px = 2_000;
const kept_max = 500;

/** As they were seen, so that a list is as long as it was when one comes back to it. */
const seen = new Map<string, number>();
let full_px = unseen_px;

// Another width makes other heights; what was seen before says nothing then.
const atWidth = (name: string) => `${document.documentElement.clientWidth} ${name}`;

/** Keeps how high a page of the list is that can be seen. */
export function keepHeight(name: string, count: number, px: number): void {
  if (px === 0) return;
  if (count === page_size) full_px = px;
  seen.set(atWidth(name), px);
  const [oldest] = seen.keys();
  if (seen.size > kept_max && oldest) seen.delete(oldest);
}

/** How high a page is that is not made up: as it was seen, or as others that were seen. */
export function heightOf(name: string, count: number): number {
  return seen.get(atWidth(name)) ?? (full_px * count) / page_size;
}
