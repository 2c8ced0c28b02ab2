import { useState } from 'react';
import { cx } from '@/lib/cx';
import { t } from '@/lib/i18n';
import { PictureIcon } from './icons';

interface Props {
  src: string | undefined;
  alt: string;
  className?: string;
  /** The picture the page is about: fetched first, the others when they come near. */
  eager?: boolean;
  contain?: boolean;
}

/** A picture, or a quiet stand-in where there is none or it does not load. */
export function Picture({ src, alt, className, eager = false, contain = false }: Props) {
  const [failed, setFailed] = useState<string | null>(null);
  if (!src || failed === src) {
    return (
      <div className={cx('grid place-items-center bg-accent-soft text-accent', className)}>
        <PictureIcon className="size-10 opacity-60" />
        <span className="sr-only">{t('card.noImage')}</span>
      </div>
    );
  }
  return (
    <img
      src={src}
      alt={alt}
      loading={eager ? 'eager' : 'lazy'}
      fetchPriority={eager ? 'high' : 'auto'}
      decoding="async"
      onError={() => setFailed(src)}
      className={cx('bg-line', contain ? 'object-contain' : 'object-cover', className)}
    />
  );
}
