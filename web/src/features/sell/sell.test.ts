import { describe, expect, it } from 'vitest';
import { ApiFailure } from '@/lib/api/client';
import { localMoment } from '@/lib/time';
import { aLot } from '@/live/testing';
import { changeOf, readForm, serverErrors, slugOf, timingOf } from './form';
import { addFiles, type ChosenPicture, move, pictures_max } from './pictures';

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

const filled = {
  title: ' Clock ',
  description: 'Ticks.',
  category: 'Uhren & Möbel',
  startingPrice: '25,50',
  reservePrice: '',
  bidIncrement: '',
  duration: '3600',
  snipeWindowSeconds: '120',
};

describe('readForm', () => {
  it('makes what the API takes', () => {
    expect(readForm(formOf(filled))).toEqual({
      errors: {},
      fields: {
        title: 'Clock',
        description: 'Ticks.',
        category: 'uhren-mobel',
        startingPrice: '25.5',
        durationSeconds: '3600',
        snipeWindowSeconds: '120',
      },
    });
  });

  it('names each field that is missing or unreadable', () => {
    const form = formOf({
      ...filled,
      title: '',
      startingPrice: 'ten',
      duration: 'custom',
      later: 'on',
    });
    expect(Object.keys(readForm(form).errors).sort()).toEqual([
      'endTime',
      'startTime',
      'startingPrice',
      'title',
    ]);
  });

  it('sends local times as the moments they are', () => {
    const { fields } = readForm(
      formOf({ ...filled, duration: 'custom', endTime: '2026-03-01T10:30' }),
    );
    expect(fields.endTime).toBe(new Date(2026, 2, 1, 10, 30).toISOString());
    expect(fields.durationSeconds).toBeUndefined();
  });
});

describe('a draft', () => {
  it('may leave its end open, but what is written must be readable', () => {
    const open = { ...filled, duration: 'custom', endTime: '' };
    expect(readForm(formOf(open), true).errors).toEqual({});
    expect(Object.keys(readForm(formOf(open)).errors)).toEqual(['endTime']);
    const unreadable = { ...open, endTime: 'soon' };
    expect(Object.keys(readForm(formOf(unreadable), true).errors)).toEqual(['endTime']);
  });

  it('is sent whole, and what is not in it is taken away', () => {
    const { fields } = readForm(formOf({ ...filled, description: '' }), true);
    expect(changeOf(null, fields)).toEqual({
      title: 'Clock',
      description: '',
      category: 'uhren-mobel',
      startingPrice: 25.5,
      durationSeconds: 3600,
      snipeWindowSeconds: 120,
      reservePrice: null,
      startTime: null,
      endTime: null,
    });
  });
});

describe('changeOf', () => {
  const before = readForm(formOf({ ...filled, reservePrice: '80' })).fields;

  it('asks for what was changed and nothing else', () => {
    expect(changeOf(before, before)).toEqual({});
    const now = readForm(formOf({ ...filled, reservePrice: '90', title: 'Old clock' })).fields;
    expect(changeOf(before, now)).toEqual({ title: 'Old clock', reservePrice: 90 });
  });

  it('takes away what was emptied, but never the step', () => {
    expect(changeOf(before, readForm(formOf({ ...filled, description: '' })).fields)).toEqual({
      description: '',
      reservePrice: null,
    });
    expect(changeOf({ ...before, bidIncrement: '5' }, before)).toEqual({});
  });
});

describe('timingOf', () => {
  const now = Date.parse('2026-01-05T12:00:00.000Z');
  const hour_ms = 3_600_000;

  it('shows a preset where the lot’s run is one, and else its end', () => {
    const run = (seconds: number) =>
      aLot({ endTime: new Date(Date.parse(aLot().startTime) + seconds * 1000).toISOString() });
    expect(timingOf(run(86_400), now).duration).toBe('86400');
    expect(timingOf(run(5_000), now)).toMatchObject({ duration: 'custom', startTime: '' });
  });

  it('knows a draft whose end is not given, and a start that is still to come', () => {
    const created = aLot().createdAt;
    const draft = aLot({ status: 'draft', startTime: created, endTime: created });
    expect(timingOf(draft, now)).toEqual({ duration: '259200', endTime: '', startTime: '' });
    const startTime = new Date(now + hour_ms).toISOString();
    const endTime = new Date(now + 2 * hour_ms).toISOString();
    expect(timingOf(aLot({ status: 'scheduled', startTime, endTime }), now)).toMatchObject({
      duration: '3600',
      startTime: localMoment(now + hour_ms),
    });
  });
});

describe('slugOf', () => {
  it('is a slug, whatever was written', () => {
    expect(slugOf('  Art Déco!  ')).toBe('art-deco');
    expect(slugOf('x'.repeat(80))).toHaveLength(40);
  });
});

describe('serverErrors', () => {
  it('puts the server’s reasons at their fields, and the rest above the button', () => {
    const atField = new ApiFailure(400, 'VALIDATION_ERROR', '', { title: 'is too short' });
    expect(serverErrors(atField)).toEqual({ title: 'Is too short.' });
    const limited = new ApiFailure(429, 'RATE_LIMITED', '', { retryAfter: '30' });
    expect(Object.keys(serverErrors(limited))).toEqual(['form']);
  });
});

describe('pictures', () => {
  const file = (name: string, type = 'image/jpeg', size = 10) => {
    const made = new File(['x'], name, { type });
    Object.defineProperty(made, 'size', { value: size });
    return made;
  };
  const add = (chosen: ChosenPicture[], files: File[]) => addFiles(chosen, files, (f) => f.name);

  it('takes pictures and says why the rest was left out', () => {
    const { pictures, complaints } = add(
      [],
      [file('a.jpg'), file('b.gif', 'image/gif'), file('c.png', 'image/png', 11 * 1024 * 1024)],
    );
    expect(pictures.map((picture) => picture.url)).toEqual(['a.jpg']);
    expect(complaints).toEqual([
      { kind: 'badType', name: 'b.gif' },
      { kind: 'tooBig', name: 'c.png' },
    ]);
  });

  it('stops at the most a lot may have', () => {
    const many = Array.from({ length: pictures_max + 3 }, (_, n) => file(`${n}.jpg`));
    const { pictures, complaints } = add([], many);
    expect(pictures).toHaveLength(pictures_max);
    expect(complaints).toEqual([{ kind: 'tooMany' }]);
  });

  it('moves one and leaves the others in order', () => {
    const { pictures } = add([], [file('a'), file('b'), file('c')]);
    const names = (list: ChosenPicture[]) => list.map((picture) => picture.url).join('');
    expect(names(move(pictures, 2, 0))).toBe('cab');
    expect(names(move(pictures, 0, 2))).toBe('bca');
    expect(move(pictures, 0, -1)).toBe(pictures);
  });
});
