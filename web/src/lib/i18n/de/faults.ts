import type { faults as original } from '../en/faults';
import type { Translation } from '../translation';

export const faults = {
  'fault.missing': 'Bitte füllen Sie dies aus.',
  'fault.wrong': 'Das stimmt nicht.',
  'fault.password': 'Nehmen Sie 8 bis 128 Zeichen.',
  'fault.displayName': 'Nehmen Sie 2 bis 50 Zeichen.',
  'fault.email': 'Geben Sie eine E-Mail-Adresse wie anna@example.com ein.',
  'fault.tokenName': 'Nehmen Sie 1 bis 50 Zeichen.',
  'fault.reason': 'Nehmen Sie 3 bis 500 Zeichen.',
  'fault.title': 'Nehmen Sie 3 bis 120 Zeichen.',
  'fault.description': 'Nehmen Sie höchstens 10.000 Zeichen.',
  'fault.category': 'Nehmen Sie 2 bis 40 Buchstaben von a bis z, Ziffern und Bindestriche.',
  'fault.notPositive': 'Der Betrag muss größer als null sein.',
  'fault.tooPrecise': 'Nehmen Sie höchstens zwei Stellen nach dem Komma.',
  'fault.tooLarge': 'Der Betrag darf höchstens 1.000.000.000 sein.',
  'fault.reserve': 'Das Limit muss mindestens so hoch sein wie der Startpreis.',
  'fault.step':
    'Der Schritt darf höchstens das Zehnfache des Startpreises sein, oder 1.000, wo dieser unter 100 liegt.',
  'fault.stepRoom': 'Bei diesem Schritt ist unter 1.000.000.000 kein Platz für ein zweites Gebot.',
  'fault.startTooFar': 'Das Los muss innerhalb eines Jahres eröffnet werden.',
  'fault.startFixed': 'Das Los ist eröffnet, daher lässt sich dies nicht mehr verschieben.',
  'fault.endTooSoon': 'Das Los muss von jetzt an noch mindestens 10 Sekunden offen sein.',
  'fault.run': 'Das Los muss 10 Sekunden bis 90 Tage nach der Eröffnung enden.',
  'fault.endNotLater': 'Wählen Sie eine spätere Zeit als die, zu der es jetzt endet.',
  'fault.endTooFar': 'Wählen Sie eine Zeit innerhalb von 90 Tagen.',
  'fault.pictureType': 'Eine der Dateien ist kein Bild in JPEG, PNG oder WebP.',
  'fault.pictureSize': 'Ein Bild darf höchstens 10 MB groß sein.',
  'fault.pictureDamaged': 'Ein Bild ist unvollständig oder beschädigt und nicht zu lesen.',
  'fault.picturePixels':
    'Ein Bild hat zu viele Pixel: Erlaubt sind 12.000 je Seite und 50 Millionen im Ganzen.',
  'fault.pictureCount': 'Ein Los darf höchstens 10 Bilder haben.',
} as const satisfies Translation<typeof original>;
