import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { BackIcon, CloseIcon, ForwardIcon } from '@/components/ui/icons';
import type { AuctionImage } from '@/lib/api/types';
import { cx } from '@/lib/cx';
import { t } from './zoomText';

/** How large a picture can be: fitted, then in these multiples of the window's width. */
const levels = [
  { percent: 100, className: 'size-full object-contain' },
  { percent: 200, className: 'w-[200%] max-w-none' },
  { percent: 300, className: 'w-[300%] max-w-none' },
] as const;
const step_px = 120;

interface Props {
  title: string;
  images: AuctionImage[];
  index: number;
  onIndex: (index: number) => void;
  onClose: () => void;
}

/** The pictures on the whole window: + and − enlarge, arrows move the picture or go to the next. */
export default function Zoom({ title, images, index, onIndex, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const view = useRef<HTMLDivElement>(null);
  const [level, setLevel] = useState(0);
  const count = images.length;
  const { percent, className } = levels[level] ?? levels[0];
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  // The middle of the picture, whatever was seen before.
  const centre = useCallback(() => {
    const box = view.current;
    if (level > 0)
      box?.scrollTo(
        (box.scrollWidth - box.clientWidth) / 2,
        (box.scrollHeight - box.clientHeight) / 2,
      );
  }, [level]);
  useEffect(centre, [centre]);
  const zoom = (by: number) =>
    setLevel((now) => Math.min(levels.length - 1, Math.max(0, now + by)));
  const go = (by: number) => {
    setLevel(0);
    onIndex((index + by + count) % count);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const horizontal = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const vertical = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === '+' || event.key === '=') zoom(1);
    else if (event.key === '-') zoom(-1);
    else if (event.key === '0') setLevel(0);
    else if (level > 0 && (horizontal || vertical)) {
      view.current?.scrollBy(horizontal * step_px, vertical * step_px);
    } else if (horizontal && count > 1) {
      const rtl = getComputedStyle(event.currentTarget).direction === 'rtl';
      go(rtl ? -horizontal : horizontal);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <dialog
      ref={dialog}
      aria-label={t('zoom.label', { title })}
      onClose={onClose}
      onKeyDown={onKeyDown}
      className="settle-in m-0 h-dvh max-h-none w-screen max-w-none bg-paper"
    >
      <div className="flex h-full flex-col">
        <div className="flex items-center gap-2 border-b border-line px-3 py-2">
          <p className="money me-auto min-w-0 truncate text-muted">
            {count > 1 && t('zoom.of', { n: index + 1, count })}
          </p>
          <Tool label={t('zoom.out')} disabled={level === 0} onClick={() => zoom(-1)}>
            −
          </Tool>
          <span className="money w-14 text-center text-sm">{t('zoom.level', { percent })}</span>
          <Tool label={t('zoom.in')} disabled={level === levels.length - 1} onClick={() => zoom(1)}>
            +
          </Tool>
          <Tool label={t('zoom.close')} onClick={() => dialog.current?.close()}>
            <CloseIcon />
          </Tool>
        </div>
        <div className="relative min-h-0 grow">
          <div
            ref={view}
            // What scrolls must be reached by keyboard.
            tabIndex={level > 0 ? 0 : undefined}
            className="size-full overflow-auto -outline-offset-4"
            data-zoom={percent}
          >
            {/* One that is still on its way has no height to be in the middle of. */}
            <img src={images[index]?.url} alt={title} className={className} onLoad={centre} />
          </div>
          {count > 1 && level === 0 && (
            <>
              <Tool label={t('zoom.previous')} onClick={() => go(-1)} className="start-3">
                <BackIcon />
              </Tool>
              <Tool label={t('zoom.next')} onClick={() => go(1)} className="end-3">
                <ForwardIcon />
              </Tool>
            </>
          )}
        </div>
      </div>
    </dialog>
  );
}

interface ToolProps {
  label: string;
  onClick: () => void;
  children: ReactNode;
  disabled?: boolean;
  /** Where it stands over the picture; without it, in the row above. */
  className?: string;
}

function Tool({ label, onClick, children, disabled, className }: ToolProps) {
  return (
    <button
      type="button"
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
      className={cx(
        'grid size-11 shrink-0 place-items-center rounded-full border border-line bg-card text-xl hover:text-accent disabled:opacity-55',
        className && 'absolute top-1/2 -translate-y-1/2 shadow-raised',
        className,
      )}
    >
      {children}
    </button>
  );
}
