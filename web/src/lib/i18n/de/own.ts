/** Texts of what a seller can do with a lot of their own. A second language is a second folder with the same keys. */
export const own = {
  'own.edit': 'Change this lot',
  'own.publish': 'Finish and publish',

  'cancel.button': 'Cancel this lot',
  'cancel.title': 'Cancel this lot?',
  'cancel.text': 'It is taken off the house for good. This cannot be undone.',
  'cancel.go': 'Cancel the lot',
  'cancel.back': 'Keep it',

  'again.relist': 'Offer it again',
  'again.similar': 'Sell a similar one',
  'again.title': 'Offer it again?',
  'again.text':
    'A new lot with the same text, pictures and prices, open as long as this one was. It starts at {amount}.',
  'again.go': 'Offer it now',
  'again.change': 'Change something first',
  'again.back': 'Not now',
} as const;
