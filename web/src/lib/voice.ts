/** At least this long between two messages: in a bidding war nothing else would be heard. */
const pause_ms = 5_000;

/**
 * The page's one voice to those who do not see it change. It is polite, speaks at most every five
 * seconds, and the last word of each speaker wins: what was to be said and is no longer so is not
 * read late.
 */
export class Voice {
  #text = '';
  #spokenAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #waiting = new Map<string, () => string>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  /** What was said last. */
  readonly text = (): string => this.#text;

  /** Says something when it is time; `words` are asked for then, and may come to nothing. */
  say(speaker: string, words: () => string): void {
    this.#waiting.set(speaker, words);
    this.#timer ??= setTimeout(
      () => this.#speak(),
      Math.max(0, this.#spokenAt + pause_ms - Date.now()),
    );
  }

  /** Takes back what a speaker has not said yet. */
  hush(speaker: string): void {
    this.#waiting.delete(speaker);
  }

  #speak(): void {
    this.#timer = null;
    const all = [...this.#waiting.values()].map((words) => words());
    this.#waiting.clear();
    const text = all.filter(Boolean).join(' ');
    if (!text) return;
    this.#spokenAt = Date.now();
    // The same words again are new to whoever hears them; only a change is read.
    this.#text = text === this.#text ? `${text}\u00a0` : text;
    for (const listener of this.#listeners) listener();
  }
}

export const voice = new Voice();
