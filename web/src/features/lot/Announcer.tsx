import { useEffect, useId, useRef } from 'react';
import type { Auction } from '@/lib/api/types';
import { formatMoney } from '@/lib/money';
import { formatAdded, formatDuration } from '@/lib/time';
import { voice } from '@/lib/voice';
import type { Intent } from '@/live/intents';
import { useMilestone } from '@/live/react';
import type { Phase, Standing } from '@/live/view';
import { intentText } from './IntentNote';
import { t } from './text';

interface Seen {
  price: number;
  standing: Standing;
  phase: Phase;
  end: number;
  /** Seconds of the countdown's milestone; null where none is near. */
  milestone: number | null;
  /** What became of the viewer's latest order, in words; empty where there is none. */
  own: string;
}

/** What is worth saying aloud about the step from one state to the next; empty where nothing is. */
export function announcement(before: Seen, now: Seen, status: Auction['status']): string {
  if (now.phase === 'closed') return before.phase === 'closed' ? '' : endOf(now.standing, status);
  const said: string[] = [];
  if (now.own !== before.own && now.own) said.push(now.own);
  if (now.price !== before.price)
    said.push(t('announce.price', { amount: formatMoney(now.price) }));
  if (now.standing !== before.standing) {
    if (now.standing === 'leading') said.push(t('announce.leading'));
    if (now.standing === 'outbid') said.push(t('announce.outbid'));
  }
  if (now.end > before.end) {
    said.push(t('announce.extended', { added: formatAdded(now.end - before.end) }));
  } else if (now.phase === 'closing' && before.phase !== 'closing') {
    said.push(t('announce.closing'));
  } else if (now.milestone !== null && now.milestone < (before.milestone ?? Infinity)) {
    said.push(t('announce.left', { time: formatDuration(now.milestone) }));
  }
  return said.join(' ');
}

function endOf(standing: Standing, status: Auction['status']): string {
  if (status === 'cancelled') return t('announce.cancelled');
  return t(standing === 'won' ? 'announce.won' : 'announce.ended');
}

/**
 * Tells the page's voice what has changed. The state last spoken is compared with the state when it
 * is time to speak. What the bidder's own order came to is said here too, and shown where it belongs.
 */
export function Announcer({
  lot,
  phase,
  standing,
  intent,
}: {
  lot: Auction;
  phase: Phase;
  standing: Standing;
  intent: Intent | undefined;
}) {
  const speaker = useId();
  const spoken = useRef<Seen | null>(null);
  const { currentBid, endTime, status } = lot;
  const milestone = useMilestone(lot);
  const own = intentText(intent, lot, standing);
  useEffect(() => {
    const now = { price: currentBid, standing, phase, end: Date.parse(endTime), milestone, own };
    spoken.current ??= now;
    voice.say(speaker, () => {
      const words = announcement(spoken.current ?? now, now, status);
      spoken.current = now;
      return words;
    });
  }, [speaker, currentBid, standing, phase, endTime, milestone, own, status]);
  useEffect(() => () => voice.hush(speaker), [speaker]);
  return null;
}
