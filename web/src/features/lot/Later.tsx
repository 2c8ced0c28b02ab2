import { type ComponentType, useEffect, useState } from 'react';
import { Note } from '@/components/ui/State';
import { textForCode } from '@/lib/i18n';

interface Props<P extends object> {
  /** Fetches the part; the same function every time. */
  load: () => Promise<{ default: ComponentType<P> }>;
  props: P;
}

/**
 * A part of the page that is fetched when it is opened. Without a network it says so in its place,
 * where `lazy` would give up the whole page; opening it again asks again.
 */
export function Later<P extends object>({ load, props }: Props<P>) {
  const [part, setPart] = useState<{ Part: ComponentType<P> } | 'failed' | null>(null);
  useEffect(() => {
    let wanted = true;
    load().then(
      (module) => wanted && setPart({ Part: module.default }),
      () => wanted && setPart('failed'),
    );
    return () => {
      wanted = false;
    };
  }, [load]);
  if (part === null) return null;
  return part === 'failed' ? (
    <Note tone="caution" className="mt-3">
      {textForCode('NETWORK')}
    </Note>
  ) : (
    <part.Part {...props} />
  );
}
