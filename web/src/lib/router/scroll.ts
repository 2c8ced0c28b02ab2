const name = 'scroll';
/** More places than this nobody goes back to. */
const places_max = 50;

let kept: Map<string, number> | undefined;

/** How far down each entry of the browser's history was left; it outlives a reload. */
function places(): Map<string, number> {
  if (kept) return kept;
  try {
    kept = new Map(JSON.parse(sessionStorage.getItem(name) ?? '[]') as [string, number][]);
  } catch {
    // A browser that keeps nothing, or something that is not ours: pages begin at their top.
    kept = new Map();
  }
  return kept;
}

export function keepScroll(key: string, top: number): void {
  const all = places();
  all.delete(key);
  all.set(key, top);
  for (const oldest of [...all.keys()].slice(0, -places_max)) all.delete(oldest);
  try {
    sessionStorage.setItem(name, JSON.stringify([...all]));
  } catch {
    // As above.
  }
}

export function keptScroll(key: string): number {
  return places().get(key) ?? 0;
}
