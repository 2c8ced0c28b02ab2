import { useEffect, useRef, useState } from 'react';
import type { Auction } from '@/lib/api/types';
import { formatMoney } from '@/lib/money';
import { formatAdded } from '@/lib/time';
import type { Phase, Standing } from '@/live/view';
import { t } from './text';

const pause_ms = 5_000;

interface Seen {
  price: number;
  standing: Standing;
  phase: Phase;
  end: number;
}

/** What is worth saying aloud about the step from one state to the next; empty where nothing is. */
export function announcement(before: Seen, now: Seen): string {
  if (now.phase === 'closed') return before.phase === 'closed' ? '' : t('announce.ended');
  const said: string[] = [];
  if (now.price !== before.price)
    said.push(t('announce.price', { amount: formatMoney(now.price) }));
  if (now.standing !== before.standing) {
    if (now.standing === 'leading') said.push(t('announce.leading'));
    if (now.standing === 'outbid') said.push(t('announce.outbid'));
  }
  if (now.end > before.end) {
    said.push(t('announce.extended', { added: formatAdded(now.end - before.end) }));
  }
  return said.join(' ');
}

/**
 * Reads changes to those who do not see them: politely, and in a bidding war not more than one
 * message in five seconds. The state last spoken is compared with the state now, so the last word
 * wins and nothing in between is read late.
 */
export function Announcer({
  lot,
  phase,
  standing,
}: {
  lot: Auction;
  phase: Phase;
  standing: Standing;
}) {
  const [text, setText] = useState('');
  const spoken = useRef<Seen | null>(null);
  const spokenAt = useRef(0);
  const { currentBid, endTime } = lot;
  useEffect(() => {
    const now = { price: currentBid, standing, phase, end: Date.parse(endTime) };
    spoken.current ??= now;
    const wait = Math.max(0, spokenAt.current + pause_ms - Date.now());
    const timer = setTimeout(() => {
      const words = announcement(spoken.current ?? now, now);
      spoken.current = now;
      if (!words) return;
      spokenAt.current = Date.now();
      setText(words);
    }, wait);
    return () => clearTimeout(timer);
  }, [currentBid, standing, phase, endTime]);
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
