import { type KeyboardEvent, useState } from 'react';
import { BackIcon, ForwardIcon } from '@/components/ui/icons';
import { Picture } from '@/components/ui/Picture';
import type { AuctionImage } from '@/lib/api/types';
import { cx } from '@/lib/cx';
import { Later } from './Later';
import { t } from './text';

const loadZoom = () => import('./Zoom');

/** The lot's pictures: one large, the others below; arrow keys go through them, a press enlarges. */
export function Gallery({ title, images }: { title: string; images: AuctionImage[] }) {
  const [chosen, setChosen] = useState(0);
  const [zoomed, setZoomed] = useState(false);
  const count = images.length;
  // Pictures can be taken away while the page is open.
  const index = Math.min(chosen, Math.max(0, count - 1));
  const go = (by: number) => setChosen((index + by + count) % count);
  const onKeyDown = (event: KeyboardEvent) => {
    if (zoomed || count < 2 || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
    const forward =
      getComputedStyle(event.currentTarget).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    event.preventDefault();
    go(event.key === forward ? 1 : -1);
  };
  return (
    <section aria-label={t('gallery.label', { title })} onKeyDown={onKeyDown} className="min-w-0">
      <div className="panel relative overflow-hidden">
        <Picture
          src={images[index]?.url}
          alt={count > 1 ? t('gallery.picture', { title, n: index + 1, count }) : title}
          eager
          contain
          // Where there is nothing to see, the rest of a phone's screen is for what there is.
          className={cx('w-full', count > 0 ? 'aspect-[4/3]' : 'aspect-[5/2] sm:aspect-[4/3]')}
        />
        {count > 0 && (
          <button
            type="button"
            aria-label={t('gallery.enlarge')}
            onClick={() => setZoomed(true)}
            className="absolute inset-0 cursor-zoom-in -outline-offset-4"
          />
        )}
        {count > 1 && (
          <>
            <Arrow label={t('gallery.previous')} side="start-2" onClick={() => go(-1)}>
              <BackIcon />
            </Arrow>
            <Arrow label={t('gallery.next')} side="end-2" onClick={() => go(1)}>
              <ForwardIcon />
            </Arrow>
          </>
        )}
      </div>
      {count > 1 && (
        <ul className="mt-3 flex gap-2 overflow-x-auto p-1">
          {images.map((image, n) => (
            <li key={image.id}>
              <button
                type="button"
                onClick={() => setChosen(n)}
                aria-label={t('gallery.show', { n: n + 1, count })}
                aria-current={n === index ? 'true' : undefined}
                className={cx(
                  'block size-16 overflow-hidden rounded-lg border-2',
                  n === index ? 'border-accent' : 'border-transparent opacity-75 hover:opacity-100',
                )}
              >
                <Picture src={image.thumbnailUrl} alt="" className="size-full" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {zoomed && (
        <Later
          load={loadZoom}
          props={{ title, images, index, onIndex: setChosen, onClose: () => setZoomed(false) }}
        />
      )}
    </section>
  );
}

interface ArrowProps {
  label: string;
  side: string;
  onClick: () => void;
  children: React.ReactNode;
}

function Arrow({ label, side, onClick, children }: ArrowProps) {
  return (
    <button
      type="button"
      aria-label={label}
      onClick={onClick}
      className={cx(
        'absolute top-1/2 grid size-11 -translate-y-1/2 place-items-center rounded-full border border-line bg-card/90 shadow-raised hover:text-accent',
        side,
      )}
    >
      {children}
    </button>
  );
}
