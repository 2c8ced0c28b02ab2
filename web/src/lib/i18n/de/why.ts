import type { why as original } from '../en/why';
import type { Translation } from '../translation';

/** Why somebody was outbid. */
export const why = {
  'why.steps': 'Was geschehen ist, Schritt für Schritt',
  'why.own': 'Ihr Gebot stand bei {amount}.',
  'why.ownMax': 'Ihr Gebot stand bei {amount}, mit einem Höchstgebot von {max}.',
  'why.answers_one': 'Gavel hat {count} Gebot für Sie beantwortet.',
  'why.answers_other': 'Gavel hat {count} Gebote für Sie beantwortet.',
  'why.upTo': 'Die letzte Antwort war {amount}.',
  'why.tie':
    '{name} hatte vorher ein Höchstgebot von {amount} festgelegt, so hoch wie Ihr Gebot. Von zwei gleichen Geboten zählt das frühere.',
  'why.auto':
    '{name} hatte vorher ein höheres Höchstgebot festgelegt. Gavel hat sofort geantwortet, mit {amount}.',
  'why.more': '{name} hat mehr geboten: Der Preis stieg auf {amount}.',
  'why.since_one': 'Seither kam {count} Gebot.',
  'why.since_other': 'Seither kamen {count} Gebote.',
  'why.now': 'Der Preis ist jetzt {amount}.',
  'why.next':
    'Um wieder zu führen, bieten Sie {min} oder mehr. Mit einem Höchstgebot antwortet Gavel für Sie, und Sie müssen nicht zusehen.',
  'why.far': 'Nach Ihrem letzten Gebot kamen viele weitere. Die Liste der Gebote zeigt sie alle.',
  'why.error': 'Die Gebote konnten nicht geladen werden.',
} as const satisfies Translation<typeof original>;
