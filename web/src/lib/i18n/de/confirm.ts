import type { confirm as original } from '../en/confirm';
import type { Translation } from '../translation';

/** The question before a bid binds somebody. */
export const confirm = {
  'confirm.title': 'Bestätigen Sie Ihr Gebot',
  'confirm.lead': 'Sie sind dabei zu bieten:',
  'confirm.max': 'Gavel darf für Sie bis {max} bieten.',
  'confirm.binding':
    'Ein Gebot ist bindend. Wenn Sie gewinnen, kaufen Sie „{title}“ zu dem Preis, mit dem die Auktion endet.',
  'confirm.moved': 'Der Preis hat sich bewegt. Das nächste Gebot ist {min} oder mehr.',
  'confirm.go': '{amount} bieten',
  'confirm.back': 'Zurück',
  'confirm.autoTitle': 'Bestätigen Sie Ihr Höchstgebot',
  'confirm.autoLead': 'Gavel darf für Sie bieten bis',
  'confirm.autoBinding':
    'Das ist bindend. Wenn andere bieten, kann der Preis bis zu Ihrem Höchstgebot steigen, nie darüber.',
  'confirm.autoGo': '{amount} festlegen',
  'confirm.stopTitle': 'Nicht mehr für Sie bieten?',
  'confirm.stopText':
    'Ihr Gebot von {amount} bleibt bestehen und bindend. Wenn jemand mehr bietet, antwortet Gavel nicht mehr, und Sie sind überboten.',
  'confirm.stopGo': 'Nicht mehr für mich bieten',
  'confirm.stopBack': 'Höchstgebot behalten',
  'confirm.far':
    'Das ist das {times}-Fache des Mindestgebots von {min}. Ist es das, was Sie meinen?',
  'confirm.farYes': 'Ja, ich meine {amount}',
} as const satisfies Translation<typeof original>;
