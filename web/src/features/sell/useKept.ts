import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { forgetKept, keepFields, keepPictures, typedIn } from './kept';
import type { ChosenPicture } from './pictures';

const pause_ms = 600;

export type Keeping = 'nothing' | 'saving' | 'saved' | 'failed';
const outcomes: Keeping[] = ['saving', 'failed', 'saved'];

/**
 * Keeps a form and its pictures in the browser while they are being made, a moment after each
 * change and before the page goes away.
 */
export function useKept(
  userId: string,
  form: RefObject<HTMLFormElement | null>,
  pictures: ChosenPicture[],
  /** How many of them were kept before; null as long as nobody knows. */
  found: number | null,
) {
  const [fields, setFields] = useState<Keeping>('nothing');
  const [images, setImages] = useState<Keeping>('nothing');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const flush = useCallback(() => {
    if (timer.current === undefined) return;
    clearTimeout(timer.current);
    timer.current = undefined;
    if (!form.current) return;
    const done = keepFields(userId, typedIn(new FormData(form.current)));
    setFields(done ? 'saved' : 'failed');
  }, [userId, form]);
  const changed = useCallback(() => {
    setFields('saving');
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
    if (found === null) {
      if (pictures.length > 0) setImages('saving');
      return;
    }
    if (pictures === seen.current) return;
    const isFirst = seen.current === null;
    seen.current = pictures;
    // What was kept is so already, unless somebody was quicker to choose more.
    if (isFirst && pictures.length === found) return;
    setImages('saving');
    void keepPictures(userId, pictures).then((done) => {
      // Of several changes only the last tells.
      if (seen.current === pictures) setImages(done ? 'saved' : 'failed');
    });
  }, [userId, pictures, found]);

  const forget = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    setFields('nothing');
    setImages('nothing');
    return forgetKept(userId);
  }, [userId]);
  // Saved is said of all of it, or not at all.
  const keeping = outcomes.find((outcome) => outcome === fields || outcome === images) ?? 'nothing';
  return { keeping, changed, flush, forget };
}
