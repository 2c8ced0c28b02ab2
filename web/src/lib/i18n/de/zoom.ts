import type { zoom as original } from '../en/zoom';
import type { Translation } from '../translation';

/** Enlarged pictures. */
export const zoom = {
  'zoom.label': 'Vergrößerte Bilder von {title}',
  'zoom.in': 'Stärker vergrößern',
  'zoom.out': 'Weniger vergrößern',
  'zoom.close': 'Schließen',
  'zoom.previous': 'Vorheriges Bild',
  'zoom.next': 'Nächstes Bild',
  'zoom.of': '{n} von {count}',
  'zoom.level': '{percent} %',
} as const satisfies Translation<typeof original>;
