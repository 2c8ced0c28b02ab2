import { type ComponentProps, useEffect, useId, useRef, useSyncExternalStore } from 'react';
import { voice } from '@/lib/voice';

/** Where the page's one voice is heard. */
export function VoiceRegion() {
  const text = useSyncExternalStore(voice.subscribe, voice.text);
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}

interface Props extends ComponentProps<'div'> {
  /** Whether what stands there at first is news as well. */
  atOnce?: boolean;
}

/** What is read aloud by the page's voice whenever it changes. It may stand in a line of text. */
export function Said({ atOnce = false, ...rest }: Props) {
  const speaker = useId();
  const box = useRef<HTMLDivElement>(null);
  const before = useRef<string | null>(atOnce ? '' : null);
  useEffect(() => {
    const text = box.current?.textContent?.trim() ?? '';
    if (before.current !== null && text !== before.current) voice.say(speaker, () => text);
    before.current = text;
  });
  useEffect(() => () => voice.hush(speaker), [speaker]);
  return <div ref={box} {...rest} />;
}
