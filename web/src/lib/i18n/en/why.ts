/** Texts of the answer to "Why was I outbid?". */
export const why = {
  'why.steps': 'What happened, step by step',
  'why.own': 'Your bid stood at {amount}.',
  'why.ownMax': 'Your bid stood at {amount}, with a maximum of {max}.',
  'why.answers_one': 'Gavel answered {count} bid for you.',
  'why.answers_other': 'Gavel answered {count} bids for you.',
  'why.upTo': 'The last answer was {amount}.',
  'why.tie':
    '{name} had set a maximum of {amount} before, as high as your offer. Of two equal offers, the earlier one counts.',
  'why.auto':
    '{name} had set a higher maximum before. Gavel answered for them at once, with {amount}.',
  'why.more': '{name} bid more: the price went to {amount}.',
  'why.since_one': '{count} bid has followed.',
  'why.since_other': '{count} bids have followed.',
  'why.now': 'The price is {amount} now.',
  'why.next':
    'To lead again, bid {min} or more. With a maximum, Gavel answers for you, and you need not watch.',
  'why.far': 'Many bids have followed your last one. The list of bids shows them all.',
  'why.error': 'The bids could not be fetched.',
} as const;
