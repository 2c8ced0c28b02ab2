import { type RefCallback, useCallback, useState } from 'react';

type Listener = (near: boolean, element: Element) => void;

interface Lookout {
  observer: IntersectionObserver;
  listeners: Map<Element, Listener>;
}

/** One observer for each margin, however many elements there are. */
const lookouts = new Map<string, Lookout>();

function lookoutFor(margin: string): Lookout {
  const known = lookouts.get(margin);
  if (known) return known;
  const listeners = new Map<Element, Listener>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        listeners.get(target)?.(isIntersecting, target);
      }
    },
    { rootMargin: margin },
  );
  const lookout = { observer, listeners };
  lookouts.set(margin, lookout);
  return lookout;
}

/**
 * Whether an element is in the window or within `margin` of it. One that holds the focus stays
 * near: what somebody stands on must not go away.
 */
export function useNear<T extends Element>(
  margin: string,
  initial = false,
): [ref: RefCallback<T>, near: boolean] {
  const [near, setNear] = useState(initial);
  const ref = useCallback(
    (element: T | null) => {
      if (!element) return;
      const { observer, listeners } = lookoutFor(margin);
      listeners.set(element, (isNear, { ownerDocument }) =>
        setNear(isNear || element.contains(ownerDocument.activeElement)),
      );
      observer.observe(element);
      return () => {
        observer.unobserve(element);
        listeners.delete(element);
      };
    },
    [margin],
  );
  return [ref, near];
}
