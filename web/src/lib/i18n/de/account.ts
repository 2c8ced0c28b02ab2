import type { account as original } from '../en/account';
import type { Translation } from '../translation';

export const account = {
  'auth.signIn.title': 'Anmelden',
  'auth.signIn.submit': 'Anmelden',
  'auth.signIn.other': 'Neu hier?',
  'auth.signIn.otherLink': 'Konto anlegen',
  'auth.signUp.title': 'Legen Sie Ihr Konto an',
  'auth.signUp.submit': 'Konto anlegen',
  'auth.signUp.other': 'Sie haben ein Konto?',
  'auth.signUp.otherLink': 'Anmelden',
  'auth.email': 'E-Mail',
  'auth.password': 'Passwort',
  'auth.passwordHint': '8 Zeichen oder mehr',
  'auth.name': 'Anzeigename',
  'auth.nameHint':
    'Verkäufer sehen ihn bei ihren Verkäufen, Käufer bei Ihren Losen. Beim Bieten erscheinen Sie unter einem Decknamen.',
  'auth.forgot': 'Passwort vergessen?',
  'forgot.title': 'Passwort vergessen',
  'forgot.lead':
    'Nennen Sie uns Ihre E-Mail-Adresse, und wir senden Ihnen einen Link, mit dem Sie ein neues Passwort wählen.',
  'forgot.submit': 'Link senden',
  'forgot.done':
    'Wenn es zu dieser E-Mail-Adresse ein Konto gibt, ist der Link unterwegs. Er gilt eine Stunde.',
  'forgot.back': 'Zurück zur Anmeldung',
  'reset.title': 'Wählen Sie ein neues Passwort',
  'reset.lead': 'Es ersetzt das alte und meldet Sie überall ab.',
  'reset.password': 'Neues Passwort',
  'reset.submit': 'Passwort speichern',
  'reset.done': 'Ihr neues Passwort ist gespeichert. Melden Sie sich damit an.',
  'reset.badLink':
    'Dieser Link ist unvollständig, zu alt oder schon benutzt. Ein Link gilt einmal und eine Stunde lang.',
  'reset.again': 'Neuen Link senden',
  'first.title': 'Die erste Verwaltung',
  'first.lead':
    'In diesem Haus ist noch niemand verantwortlich. Das Konto, das Sie hier anlegen, wird das erste mit allen Rechten.',
  'first.submit': 'Konto anlegen',
  'first.closed':
    'Dieses Haus wird schon verwaltet. Weitere Konten ernennt die Verwaltung auf der Kommandozeile: gavel admin promote EMAIL.',
  'first.badLink':
    'Dieser Link ist unvollständig. Das Haus gibt den ganzen Link beim Start aus, solange niemand es verwaltet.',
  'first.error': 'Das Haus konnte nicht gefragt werden.',
} as const satisfies Translation<typeof original>;
