import { describe, expect, it } from 'vitest';
import { textForFault } from './fault';

describe('textForFault', () => {
  it('says in whole sentences what the house finds wrong', () => {
    expect(textForFault('must be at least the starting price')).toBe(
      'The reserve must be at least the starting price.',
    );
    expect(textForFault('picture 1 must be JPEG, PNG or WebP')).toMatch(/^One of the files/);
    expect(
      textForFault('picture 3: The picture is incomplete or damaged and cannot be read.'),
    ).toBe('A picture is incomplete or damaged and cannot be read.');
  });

  it('makes a sentence of what it does not know, and leaves one as it is', () => {
    expect(textForFault('must be green')).toBe('Must be green.');
    expect(textForFault('Choose a date and time.')).toBe('Choose a date and time.');
  });
});
