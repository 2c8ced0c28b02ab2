const age_max_ms = 120_000;
const samples_max = 32;

interface Sample {
  offsetMs: number;
  uncertaintyMs: number;
  at: number;
}

/**
 * The server's clock, guessed from round trips. The true offset lies within half a round trip of
 * the midpoint's, so the shortest trip is the best witness. Samples that cannot all be true mean
 * that this machine's clock was set (or it slept): then only the newest is believed.
 */
export class ServerClock {
  #samples: Sample[] = [];
  #best: Sample | null = null;

  constructor(private readonly localNow: () => number = Date.now) {}

  /** Takes one exchange: when it was sent, when the answer came, and the time it told. */
  observe(serverTime: string, sentAt: number, receivedAt: number): void {
    const server = Date.parse(serverTime);
    const trip = receivedAt - sentAt;
    if (!Number.isFinite(server) || trip < 0) return;
    const sample = {
      offsetMs: server - (sentAt + trip / 2),
      // One more millisecond, because the server's time is told in whole ones.
      uncertaintyMs: trip / 2 + 1,
      at: receivedAt,
    };
    const agreeing = this.#samples.filter(
      (other) =>
        receivedAt - other.at <= age_max_ms &&
        Math.abs(other.offsetMs - sample.offsetMs) <= other.uncertaintyMs + sample.uncertaintyMs,
    );
    const stepped = agreeing.length < this.#samples.length / 2;
    this.#samples = [...(stepped ? [] : agreeing), sample].slice(-samples_max);
    this.#best = this.#samples.reduce((best, other) =>
      other.uncertaintyMs < best.uncertaintyMs ? other : best,
    );
  }

  /** The server's time in milliseconds, as well as it is known. */
  now(): number {
    return this.localNow() + this.offsetMs;
  }

  /** By how much this machine's clock differs from the server's, as well as it is known. */
  get offsetMs(): number {
    return this.#best?.offsetMs ?? 0;
  }

  /** How far `now` may be off; infinite before the first answer. */
  get uncertaintyMs(): number {
    return this.#best?.uncertaintyMs ?? Number.POSITIVE_INFINITY;
  }
}
