import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Note } from '@/components/ui/State';
import { t, textForCode } from '@/lib/i18n';

interface Props<P extends object> {
  /** Fetches the part; the same function every time. */
  load: () => Promise<{ default: ComponentType<P> }>;
  props: P;
  /** Keeps its place meanwhile. */
  fallback?: ReactNode;
}

interface Fetched {
  /** A component for the props that its `load` promises. */
  Part: unknown;
}

/** What is here already is there at once the next time, so that nothing jumps. */
const fetched = new WeakMap<object, Fetched>();

/**
 * A part of the page that is fetched when it is opened. Without a network it says so in its place,
 * where `lazy` would give up the whole page, and asks again when told to.
 */
export function Later<P extends object>({ load, props, fallback = null }: Props<P>) {
  const [part, setPart] = useState<Fetched | 'failed' | null>(() => fetched.get(load) ?? null);
  const [attempt, setAttempt] = useState(1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is a reason to fetch.
  useEffect(() => {
    let wanted = true;
    load().then(
      (module) => {
        const known = fetched.get(load) ?? { Part: module.default };
        fetched.set(load, known);
        if (wanted) setPart(known);
      },
      () => wanted && setPart('failed'),
    );
    return () => {
      wanted = false;
    };
  }, [load, attempt]);
  if (part === null) return fallback;
  if (part === 'failed') {
    return (
      <Note tone="caution" className="mt-3">
        <p>{textForCode('NETWORK')}</p>
        <Button kind="quiet" className="-ms-4" onClick={() => setAttempt(attempt + 1)}>
          {t('page.retry')}
        </Button>
      </Note>
    );
  }
  const Part = part.Part as ComponentType<P>;
  return <Part {...props} />;
}
