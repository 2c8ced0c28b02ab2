/** Texts for who leads and may set a maximum. */
export const auto = {
  'auto.title': 'Your maximum',
  'auto.none': 'You have set no maximum. If someone bids more, you are outbid.',
  'auto.some': 'Gavel answers other bids for you up to {max}.',
  'auto.reached':
    'The price has reached your maximum of {max}. If someone bids more, you are outbid.',
  'auto.bid': 'Your bid of {max} stands and answers lower bids by itself.',
  'auto.field': 'New maximum',
  'auto.hint': '{min} or more',
  'auto.review': 'Review maximum',
  'auto.cancel': 'Stop bidding for me',
  'auto.error.low': 'The maximum must be {min} or more.',
  'auto.error.amount': 'Enter an amount such as {example}.',
} as const;
