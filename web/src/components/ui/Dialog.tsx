import { type ReactNode, useEffect, useId, useRef } from 'react';
import { cx } from '@/lib/cx';

interface Props {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
  className?: string;
}

/** A modal question in the browser's own dialog: focus, Escape and the rest of the page are its care. */
export function Dialog({ open, title, onClose, children, className }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onClose={onClose}
      className={cx(
        'panel settle-in w-[min(26rem,calc(100%-2rem))] p-6 shadow-raised max-sm:mb-4',
        className,
      )}
    >
      {open && (
        <>
          <h2 id={titleId} className="text-xl">
            {title}
          </h2>
          {children}
        </>
      )}
    </dialog>
  );
}
