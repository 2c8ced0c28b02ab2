/** Texts of the question before a bid binds somebody. */
export const confirm = {
  'confirm.title': 'Confirm your bid',
  'confirm.lead': 'You are about to bid',
  'confirm.max': 'Gavel may bid for you up to {max}.',
  'confirm.binding':
    'A bid is binding. If you win, you buy “{title}” at the price the auction ends with.',
  'confirm.moved': 'The price has moved. The next bid is {min} or more.',
  'confirm.go': 'Bid {amount}',
  'confirm.back': 'Back',
  'confirm.autoTitle': 'Confirm your maximum',
  'confirm.autoLead': 'Gavel may bid for you up to',
  'confirm.autoBinding':
    'This is binding. If others bid, the price may rise to your maximum, never above.',
  'confirm.autoGo': 'Set {amount}',
  'confirm.stopTitle': 'Stop bidding for you?',
  'confirm.stopText':
    'Your bid of {amount} stands and is still binding. If someone bids more, Gavel no longer answers and you are outbid.',
  'confirm.stopGo': 'Stop bidding for me',
  'confirm.stopBack': 'Keep my maximum',
  'confirm.far': 'This is {times} times the least bid of {min}. Is it what you mean?',
  'confirm.farYes': 'Yes, I mean {amount}',
} as const;
