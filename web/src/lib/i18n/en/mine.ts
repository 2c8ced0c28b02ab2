/** Texts of my bids and my lots. A second language is a second folder with the same keys. */
export const mine = {
  'mine.bids': 'My bids',
  'mine.lots': 'My lots',
  'mine.standing': 'Standing',
  'mine.winning': 'Leading',
  'mine.outbid': 'Outbid',
  'mine.won': 'Won',
  'mine.lost': 'Lost',
  'mine.cancelled': 'Cancelled',
  'mine.all': 'All',
  'mine.yourBid': 'Your last bid',
  'mine.yourMax': 'Your maximum',
  'mine.noBids': 'You have not bid on anything yet.',
  'mine.noneHere': 'Nothing here.',
  'mine.noLots': 'You have not offered anything yet.',
  'mine.error': 'This list could not be fetched.',
  'mine.find': 'Find something to bid on',
} as const;
