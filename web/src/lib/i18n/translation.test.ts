import { describe, expect, it } from 'vitest';

type Dictionaries = Record<string, Record<string, Record<string, string>>>;

const english = import.meta.glob('./en/*.ts', { eager: true }) as Dictionaries;
const german = import.meta.glob('./de/*.ts', { eager: true }) as Dictionaries;

const placeholders = (text = '') => text.match(/\{\w+\}/g)?.sort() ?? [];

describe('German', () => {
  it.each(Object.keys(english))('has all of %s, with the same placeholders', (path) => {
    const [original] = Object.values(english[path] ?? {});
    const [translation] = Object.values(german[path.replace('/en/', '/de/')] ?? {});
    expect(Object.keys(translation ?? {})).toEqual(Object.keys(original ?? {}));
    for (const [key, text] of Object.entries(original ?? {})) {
      expect(translation?.[key], key).toBeTruthy();
      expect(placeholders(translation?.[key]), key).toEqual(placeholders(text));
    }
  });
});
