import type { seller as original } from '../en/seller';
import type { Translation } from '../translation';

export const seller = {
  'seller.title': 'Lose von {name}',
  'seller.since': 'Dabei seit {moment}',
  'seller.active_one': '{count} offenes Los',
  'seller.active_other': '{count} offene Lose',
  'seller.sold_one': '{count} verkauft',
  'seller.sold_other': '{count} verkauft',
  'seller.error': 'Die Verkaufsseite konnte nicht geladen werden.',
  'seller.lotsError': 'Die Lose konnten nicht geladen werden.',
  'seller.status': 'Anzeigen',
  'seller.active': 'Offen',
  'seller.scheduled': 'Demnächst',
  'seller.ended': 'Beendet',
  'seller.none': 'Hier sind keine Lose.',
} as const satisfies Translation<typeof original>;
