import type { auto as original } from '../en/auto';
import type { Translation } from '../translation';

/** For who leads and may set a maximum. */
export const auto = {
  'auto.title': 'Ihr Höchstgebot',
  'auto.none':
    'Sie haben kein Höchstgebot festgelegt. Wenn jemand mehr bietet, sind Sie überboten.',
  'auto.some': 'Gavel antwortet für Sie auf andere Gebote, bis {max}.',
  'auto.reached':
    'Der Preis hat Ihr Höchstgebot von {max} erreicht. Wenn jemand mehr bietet, sind Sie überboten.',
  'auto.bid': 'Ihr Gebot von {max} steht und antwortet von selbst auf niedrigere Gebote.',
  'auto.field': 'Neues Höchstgebot',
  'auto.hint': '{min} oder mehr',
  'auto.review': 'Höchstgebot prüfen',
  'auto.cancel': 'Nicht mehr für mich bieten',
  'auto.error.low': 'Das Höchstgebot muss {min} oder mehr sein.',
  'auto.error.amount': 'Geben Sie einen Betrag wie {example} ein.',
} as const satisfies Translation<typeof original>;
