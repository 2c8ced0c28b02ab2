import type { mine as original } from '../en/mine';
import type { Translation } from '../translation';

export const mine = {
  'mine.bids': 'Meine Gebote',
  'mine.lots': 'Meine Lose',
  'mine.watchlist': 'Merkliste',
  'mine.status': 'Zustand',
  'mine.drafts': 'Entwürfe',
  'mine.noWatched': 'Sie merken sich noch nichts.',
  'mine.noWatchedHint':
    'Das Herz an einem Los behält es hier, und Sie erfahren, bevor es schließt.',
  'mine.standing': 'Stand',
  'mine.winning': 'Führend',
  'mine.outbid': 'Überboten',
  'mine.won': 'Gewonnen',
  'mine.lost': 'Verloren',
  'mine.cancelled': 'Zurückgezogen',
  'mine.all': 'Alle',
  'mine.yourBid': 'Ihr letztes Gebot',
  'mine.yourMax': 'Ihr Höchstgebot',
  'mine.noBids': 'Sie haben noch auf nichts geboten.',
  'mine.noneHere': 'Hier ist nichts.',
  'mine.noLots': 'Sie haben noch nichts angeboten.',
  'mine.noBidsHint': 'Worauf Sie bieten, steht hier mit Ihrem Stand, laufend erneuert.',
  'mine.noLotsHint': 'Ein paar Bilder und ein Startpreis genügen; auch Entwürfe stehen hier.',
  'mine.otherState': 'Keines Ihrer Lose ist in diesem Zustand.',
  'mine.showAll': 'Alle meine Lose zeigen',
  'mine.error': 'Diese Liste konnte nicht geladen werden.',
  'mine.find': 'Etwas zum Bieten finden',
} as const satisfies Translation<typeof original>;
