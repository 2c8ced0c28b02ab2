/** Texts of the notifications. A second language is a second folder with the same keys. */
export const told = {
  'told.title': 'Notifications',
  'told.error': 'Your notifications could not be fetched.',
  'told.none': 'Nothing yet',
  'told.noneHint': 'Here you read when you are outbid, when you win, and how your lots end.',
  'told.find': 'Look at the open lots',
  'told.readAll': 'Mark all as read',
  'told.read': 'Mark as read',
  'told.new': 'New',
  'told.settings': 'Settings',

  'told.outbid': 'You were outbid. The price is {amount} now.',
  'told.max_reached': 'Your maximum was reached. The price is {amount} now.',
  'told.won': 'You won it for {amount}.',
  'told.sold': 'Your lot was sold for {amount}.',
  'told.unsold': 'Your lot was not sold.',
  'told.unsoldBelow':
    'It was not sold: your bid of {amount} was the highest, but below the reserve.',
  'told.ending_soon': 'A lot that you watch closes soon. The price is {amount} now.',
  'told.cancelled': 'The lot was cancelled.',
  'told.reason': 'Reason: {reason}',
} as const;
