import { expect, it, vi } from 'vitest';

vi.mock('./en/common', async () => ({ common: (await import('./de/common')).common }));

it('says the house’s own names in the reader’s language, and leaves those of people', async () => {
  const { textForBidder, textForCategory } = await import('.');
  expect(textForCategory('jewellery', 'Jewellery & watches')).toBe('Schmuck & Uhren');
  expect(textForCategory('barometers', 'Barometers')).toBe('Barometers');
  expect(textForBidder('Bidder KXAJB')).toBe('Bieter KXAJB');
  expect(textForBidder('Bidder of Bath')).toBe('Bidder of Bath');
});
