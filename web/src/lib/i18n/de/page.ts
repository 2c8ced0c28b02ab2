import type { page as original } from '../en/page';
import type { Translation } from '../translation';

export const page = {
  'page.lang': 'de',
  'page.dir': 'ltr',
  'page.locale': 'de-DE',
  'page.title': 'Gavel, ein offenes Auktionshaus',
  'page.description':
    'Gavel ist ein quelloffenes Auktionshaus. Bieten Sie live, mit Preisen und Schlusszeiten, die für alle dieselben sind.',
  'page.noscript': 'Gavel zeigt Preise, wie sie sich ändern, und braucht dafür JavaScript.',
} as const satisfies Translation<typeof original>;
