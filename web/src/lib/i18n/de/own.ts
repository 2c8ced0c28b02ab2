import type { own as original } from '../en/own';
import type { Translation } from '../translation';

export const own = {
  'own.edit': 'Dieses Los ändern',
  'own.publish': 'Fertigstellen und veröffentlichen',
  'cancel.button': 'Dieses Los zurückziehen',
  'cancel.title': 'Dieses Los zurückziehen?',
  'cancel.text': 'Es wird endgültig aus dem Haus genommen. Das lässt sich nicht rückgängig machen.',
  'cancel.go': 'Los zurückziehen',
  'cancel.back': 'Behalten',
  'again.relist': 'Noch einmal anbieten',
  'again.similar': 'Etwas Ähnliches verkaufen',
  'again.title': 'Noch einmal anbieten?',
  'again.text':
    'Ein neues Los mit demselben Text, denselben Bildern und Preisen, so lange offen wie dieses. Es beginnt bei {amount}.',
  'again.go': 'Jetzt anbieten',
  'again.change': 'Erst etwas ändern',
  'again.back': 'Jetzt nicht',
} as const satisfies Translation<typeof original>;
