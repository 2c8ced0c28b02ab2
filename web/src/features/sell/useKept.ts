import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { forgetKept, keepFields, keepPictures, typedIn } from './kept';
import type { ChosenPicture } from './pictures';

const pause_ms = 600;

export type Keeping = 'nothing' | 'saving' | 'saved' | 'failed';

/**
 * Keeps a form and its pictures in the browser while they are being made, a moment after each
 * change and before the page goes away.
 */
export function useKept(
  userId: string,
  form: RefObject<HTMLFormElement | null>,
  pictures: ChosenPicture[] | null,
) {
  const [keeping, setKeeping] = useState<Keeping>('nothing');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const flush = useCallback(() => {
    if (timer.current === undefined) return;
    clearTimeout(timer.current);
    timer.current = undefined;
    if (!form.current) return;
    const done = keepFields(userId, typedIn(new FormData(form.current)));
    setKeeping(done ? 'saved' : 'failed');
  }, [userId, form]);
  const changed = useCallback(() => {
    setKeeping('saving');
    clearTimeout(timer.current);
    timer.current = setTimeout(flush, pause_ms);
  }, [flush]);
  useEffect(() => {
    addEventListener('pagehide', flush);
    return () => {
      removeEventListener('pagehide', flush);
      clearTimeout(timer.current);
    };
  }, [flush]);

  const seen = useRef<ChosenPicture[] | null>(null);
  useEffect(() => {
    const before = seen.current;
    seen.current = pictures;
    // The first sight of them is what was kept already.
    if (!pictures || !before || pictures === before) return;
    setKeeping('saving');
    void keepPictures(userId, pictures).then((done) => setKeeping(done ? 'saved' : 'failed'));
  }, [userId, pictures]);

  const forget = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    setKeeping('nothing');
    return forgetKept(userId);
  }, [userId]);
  return { keeping, changed, flush, forget };
}
