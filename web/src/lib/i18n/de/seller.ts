/** Texts of a seller's public page. A second language is a second folder with the same keys. */
export const seller = {
  'seller.title': 'Lots of {name}',
  'seller.since': 'Member since {moment}',
  'seller.active_one': '{count} open lot',
  'seller.active_other': '{count} open lots',
  'seller.sold_one': '{count} sold',
  'seller.sold_other': '{count} sold',
  'seller.error': 'The seller could not be fetched.',
  'seller.lotsError': 'The lots could not be fetched.',
  'seller.status': 'Show',
  'seller.active': 'Open',
  'seller.scheduled': 'Upcoming',
  'seller.ended': 'Ended',
  'seller.none': 'No lots here.',
} as const;
