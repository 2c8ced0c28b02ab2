import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Voice } from './voice';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-01-05T12:00:00.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const wait = (ms: number) => vi.advanceTimersByTime(ms);

it('what several speakers have to say comes together, five seconds after what was said before', () => {
  const voice = new Voice();
  voice.say('lot', () => 'The price is €10.');
  wait(0);
  expect(voice.text()).toBe('The price is €10.');
  voice.say('lot', () => 'The price is €11.');
  voice.say('bell', () => 'One unread notification.');
  voice.say('lot', () => 'The price is €12.');
  wait(4_999);
  expect(voice.text()).toBe('The price is €10.');
  wait(1);
  expect(voice.text()).toBe('The price is €12. One unread notification.');
});

it('what is no longer so is not said, and leaves the turn to the next', () => {
  const voice = new Voice();
  voice.say('list', () => '3 lots');
  voice.hush('list');
  wait(0);
  expect(voice.text()).toBe('');
  let words = 'Saved.';
  voice.say('form', () => words);
  words = '';
  wait(0);
  expect(voice.text()).toBe('');
  voice.say('form', () => 'Saved.');
  wait(0);
  expect(voice.text()).toBe('Saved.');
});

it('the same words again are read again', () => {
  const voice = new Voice();
  const heard: string[] = [];
  voice.subscribe(() => heard.push(voice.text()));
  for (let time = 0; time < 2; time += 1) {
    voice.say('form', () => 'Saved.');
    wait(5_000);
  }
  expect(heard).toHaveLength(2);
  expect(heard[0]).not.toBe(heard[1]);
});
