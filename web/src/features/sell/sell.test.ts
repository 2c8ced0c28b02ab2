import { describe, expect, it } from 'vitest';
import { ApiFailure } from '@/lib/api/client';
import { readForm, serverErrors, slugOf } from './form';
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

describe('slugOf', () => {
  it('is a slug, whatever was written', () => {
    expect(slugOf('  Art Déco!  ')).toBe('art-deco');
    expect(slugOf('x'.repeat(80))).toHaveLength(40);
  });
});

describe('serverErrors', () => {
  it('puts the server’s reasons at their fields, and the rest above the button', () => {
    const atField = new ApiFailure(400, 'VALIDATION_ERROR', '', { title: 'too short' });
    expect(serverErrors(atField)).toEqual({ title: 'too short' });
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
