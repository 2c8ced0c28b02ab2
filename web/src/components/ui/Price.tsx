import { useEffect, useRef, useState } from 'react';

/** An amount that glows for a moment when it changes, and never on first sight. */
export function Price({ amount, text }: { amount: number; text: string }) {
  const seen = useRef(amount);
  const [moves, setMoves] = useState(0);
  useEffect(() => {
    if (seen.current === amount) return;
    seen.current = amount;
    setMoves((count) => count + 1);
  }, [amount]);
  // A new key starts the animation again when one change follows the other.
  return (
    <span key={moves} className={moves > 0 ? 'money price-moved' : 'money'}>
      {text}
    </span>
  );
}
