import type { told as original } from '../en/told';
import type { Translation } from '../translation';

export const told = {
  'told.title': 'Mitteilungen',
  'told.error': 'Ihre Mitteilungen konnten nicht geladen werden.',
  'told.none': 'Noch nichts',
  'told.noneHint':
    'Hier lesen Sie, wenn Sie überboten werden, wenn Sie gewinnen und wie Ihre Lose enden.',
  'told.find': 'Die offenen Lose ansehen',
  'told.readAll': 'Alle als gelesen markieren',
  'told.read': 'Als gelesen markieren',
  'told.new': 'Neu',
  'told.settings': 'Einstellungen',
  'told.outbid': 'Sie wurden überboten. Der Preis ist jetzt {amount}.',
  'told.max_reached': 'Ihr Höchstgebot wurde erreicht. Der Preis ist jetzt {amount}.',
  'told.won': 'Sie haben es für {amount} gewonnen.',
  'told.sold': 'Ihr Los wurde für {amount} verkauft.',
  'told.unsold': 'Ihr Los wurde nicht verkauft.',
  'told.unsoldBelow':
    'Es wurde nicht verkauft: Ihr Gebot von {amount} war das höchste, aber unter dem Limit.',
  'told.ending_soon':
    'Ein Los, das Sie sich gemerkt haben, schließt bald. Der Preis ist jetzt {amount}.',
  'told.cancelled': 'Das Los wurde zurückgezogen.',
  'told.reason': 'Grund: {reason}',
} as const satisfies Translation<typeof original>;
