import { describe, expect, it } from 'vitest';
import {
  type Event,
  failures_before_polling,
  initial,
  type State,
  type Status,
  step,
} from './machine';
import { seeded } from './testing';

function run(events: Event[], from: State = initial): State {
  return events.reduce((state, event) => step(state, event)[0], from);
}

describe('the connection', () => {
  it('is live once the server acknowledged it', () => {
    expect(run(['opened']).status).toBe('live');
    expect(step(initial, 'opened')[1]).toContain('greet');
  });

  it('reconnects after a loss, forgetting failures once it succeeds', () => {
    expect(run(['opened', 'lost'])).toEqual({ status: 'reconnecting', failures: 1 });
    expect(run(['opened', 'lost', 'lost', 'opened'])).toEqual({ status: 'live', failures: 0 });
  });

  it('polls only when sockets fail again and again while HTTP works', () => {
    const refused = Array.from({ length: failures_before_polling }, (): Event => 'lost');
    expect(run(refused).status).toBe('reconnecting');
    expect(run([...refused, 'pollAnswered']).status).toBe('polling');
    expect(run([...refused, 'pollAnswered', 'pollFailed']).status).toBe('reconnecting');
    expect(run(['lost', 'pollAnswered']).status).toBe('reconnecting');
  });

  it('goes on trying the socket while it polls, and stops polling when it is back', () => {
    const polling: State = { status: 'polling', failures: 5 };
    expect(step(polling, 'lost')[1]).toEqual(['retryLater']);
    expect(step(polling, 'retry')[1]).toEqual(['open']);
    expect(step(polling, 'opened')[1]).toContain('stopPolling');
  });

  it('opens at once when the network is back', () => {
    const [state, effects] = step(run(['opened', 'offline']), 'online');
    expect(state).toEqual({ status: 'reconnecting', failures: 0 });
    expect(effects).toContain('open');
  });

  it('never gives up: every status but live has a way back', () => {
    const statuses: Status[] = ['connecting', 'reconnecting', 'polling', 'offline'];
    for (const status of statuses) {
      const [, effects] = step({ status, failures: 9 }, 'lost');
      expect(effects).toContain('retryLater');
      expect(step({ status, failures: 9 }, 'retry')[1]).toContain('open');
      expect(step({ status, failures: 9 }, 'opened')[0].status).toBe('live');
    }
  });

  it('opens anew when somebody signs in, since the socket knows whom it serves', () => {
    expect(step(run(['opened']), 'identity')).toEqual([
      { status: 'connecting', failures: 0 },
      ['stopPolling', 'close', 'open'],
    ]);
  });
});

describe('any order of events', () => {
  const events: Event[] = [
    'opened',
    'lost',
    'retry',
    'pollAnswered',
    'pollFailed',
    'online',
    'offline',
    'identity',
  ];

  it.each(Array.from({ length: 100 }, (_, seed) => seed))(
    'leaves a way back, one poller and no false word (seed %i)',
    (seed) => {
      const random = seeded(seed);
      let state = initial;
      let polling = false;
      for (let n = 0; n < 100; n += 1) {
        const event = events[Math.floor(random() * events.length)] ?? 'lost';
        const before = state;
        const [next, effects] = step(before, event);
        expect(step(before, event)).toEqual([next, effects]);
        state = next;
        for (const effect of effects) {
          if (effect === 'startPolling') polling = true;
          if (effect === 'stopPolling') polling = false;
        }
        if (event === 'lost') expect(effects).toContain('retryLater');
        // Live prices and fetched ones never run side by side, and "delayed" is no empty promise.
        if (state.status === 'live') expect([polling, state.failures]).toEqual([false, 0]);
        if (state.status === 'polling') expect(polling).toBe(true);
        if (state.status === 'offline') expect(polling).toBe(false);
        if (event === 'opened') expect(state.status).toBe('live');
        expect(state.failures).toBeGreaterThanOrEqual(0);
      }
      expect(step(state, 'opened')[0]).toEqual({ status: 'live', failures: 0 });
    },
  );
});
