import { type ReactNode, useEffect, useRef } from 'react';
import { cx } from '@/lib/cx';
import { useLocation } from '@/lib/router';

/** The look of one of several choices in a row. */
export function chipClass(current: boolean): string {
  return cx(
    'inline-flex min-h-11 items-center rounded-full border px-4 whitespace-nowrap',
    current
      ? 'border-accent bg-accent font-semibold text-on-accent'
      : 'border-line bg-card hover:border-accent',
  );
}

/** The look of a choice in a row whose link knows by itself whether it is the current one. */
export const chipLinkClass = cx(
  chipClass(false),
  'aria-[current=page]:border-accent aria-[current=page]:bg-accent aria-[current=page]:font-semibold aria-[current=page]:text-on-accent',
);

/** Choices side by side. On a narrow screen they scroll, and the current one is in sight. */
export function Chips({ label, children }: { label: string; children: ReactNode }) {
  const nav = useRef<HTMLElement>(null);
  const { href } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address has another choice.
  useEffect(() => {
    const row = nav.current;
    const current = row?.querySelector<HTMLElement>('[aria-current]');
    if (!row || !current) return;
    row.scrollLeft = current.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
  }, [href]);
  return (
    <nav
      ref={nav}
      aria-label={label}
      className="relative -mx-4 mt-4 mb-6 flex gap-2 overflow-x-auto px-4 py-1"
    >
      {children}
    </nav>
  );
}
