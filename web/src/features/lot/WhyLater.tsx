import { useState } from 'react';
import type { Auction } from '@/lib/api/types';
import { Later } from './Later';
import { t } from './text';

const load = () => import('./WhyOutbid');

/** The question on every loser's mind, answered where it is asked. */
export function WhyOutbid({ lot }: { lot: Auction }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="inline-flex min-h-11 items-center font-semibold underline underline-offset-4 hover:text-accent"
      >
        {t('standing.why')}
      </button>
      {open && <Later load={load} props={{ lot }} />}
    </>
  );
}
