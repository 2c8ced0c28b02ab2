import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Document, exampleOf, groupsOf, limitsOf, liveNames } from './openapi';

const doc = JSON.parse(readFileSync('openapi.json', 'utf8')) as Document;

describe('the API’s document', () => {
  it('is read whole: every call is in a group, once', () => {
    const calls = groupsOf(doc).flatMap((group) => group.calls);
    const all = Object.values(doc.paths).flatMap((item) =>
      Object.keys(item).filter((key) => key !== 'parameters'),
    );
    expect(calls).toHaveLength(all.length);
    expect(new Set(calls.map((call) => call.id)).size).toBe(calls.length);
  });

  it('names the shapes of the live messages', () => {
    expect(liveNames(doc)).toEqual(expect.arrayContaining(['WsMessage', 'ClientMessage']));
  });
});

describe('limitsOf', () => {
  it('says bounds shortly', () => {
    expect(limitsOf({ format: 'int32', minimum: 0, maximum: 3600 })).toEqual(['int32', '0–3600']);
    expect(limitsOf({ maxLength: 120 })).toEqual(['≤ 120 characters']);
    expect(limitsOf({})).toEqual([]);
  });
});

describe('exampleOf', () => {
  it('takes the plain one, or the first of those with names', () => {
    expect(exampleOf({ example: 1 })).toBe(1);
    expect(exampleOf({ examples: { a: { value: 2 } } })).toBe(2);
    expect(exampleOf({})).toBeUndefined();
  });
});
