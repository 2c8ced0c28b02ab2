/** What the served page says of itself before any script runs, and how its language is written. */
export const page = {
  'page.lang': 'en' as 'en' | 'de',
  'page.dir': 'ltr',
  'page.locale': 'en-GB',
  'page.title': 'Gavel, an open auction house',
  'page.description':
    'Gavel is an open-source auction house. Bid live on lots, with prices and closing times that are the same for everyone.',
  'page.noscript': 'Gavel shows prices as they change, and needs JavaScript to do so.',
} as const;
