import { describe, expect, it } from 'vitest';
import { ServerClock } from './clock';
import { seeded } from './testing';

const iso = (ms: number) => new Date(ms).toISOString();

describe('ServerClock', () => {
  it('believes the shortest round trip', () => {
    const clock = new ServerClock(() => 10_000);
    clock.observe(iso(5_900), 1_000, 2_000);
    clock.observe(iso(7_060), 2_000, 2_100);
    clock.observe(iso(8_250), 3_000, 3_600);
    expect(clock.now()).toBe(10_000 + 5_010);
    expect(clock.uncertaintyMs).toBe(51);
  });

  it('is off by no more than it says, however uneven the two ways are', () => {
    const random = seeded(7);
    for (let run = 0; run < 200; run += 1) {
      const offset = Math.round((random() - 0.5) * 1e6);
      const clock = new ServerClock(() => 0);
      for (let n = 0, at = 1e6; n < 8; n += 1, at += 2_000) {
        const there = random() * 500;
        const back = random() * 500;
        clock.observe(iso(at + there + offset), at, at + there + back);
      }
      expect(Math.abs(clock.now() - offset)).toBeLessThanOrEqual(clock.uncertaintyMs);
    }
  });

  it('forgets what it knew when this machine’s clock is set', () => {
    const clock = new ServerClock(() => 0);
    for (let n = 0; n < 5; n += 1) clock.observe(iso(n * 1_000 + 10), n * 1_000, n * 1_000 + 20);
    clock.observe(iso(5_000), 3_605_000, 3_605_200);
    expect(clock.now()).toBe(5_000 - 3_605_100);
  });

  it('knows nothing before the first answer', () => {
    expect(new ServerClock().uncertaintyMs).toBe(Number.POSITIVE_INFINITY);
  });
});
