import { type DragEvent, useId, useState } from 'react';
import { BackIcon, CloseIcon, ForwardIcon, PictureIcon } from '@/components/ui/icons';
import { cx } from '@/lib/cx';
import { acceptedTypes, type Complaint, pictures_max } from './pictures';
import { t } from './text';

interface Props {
  /** What is there, in order. */
  pictures: { id: string; url: string }[];
  complaints: Complaint[];
  error: string | null;
  hint?: string;
  onAdd: (files: File[]) => void;
  onMove: (from: number, to: number) => void;
  onRemove: (index: number) => void;
}

/** Chooses pictures and puts them in order, by dragging or, for every hand and key, by buttons. */
export function PicturePicker(props: Props) {
  const { pictures, complaints, error, hint, onAdd, onMove, onRemove } = props;
  const [dragged, setDragged] = useState<number | null>(null);
  const inputId = useId();
  const dropOn = (event: DragEvent, index: number) => {
    if (dragged === null) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(dragged, index);
    setDragged(null);
  };
  return (
    <fieldset
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        if (dragged === null) onAdd([...event.dataTransfer.files]);
      }}
    >
      <legend className="font-display text-xl font-semibold">{t('sell.pictures')}</legend>
      <p className="mt-1 text-sm text-muted">
        {t('sell.picturesHint', { max: pictures_max })} {hint}
      </p>
      <ul className="mt-4 grid grid-cols-2 gap-3 sm:grid-cols-4">
        {pictures.map((picture, index) => (
          <li
            key={picture.id}
            draggable
            onDragStart={() => setDragged(index)}
            onDragEnd={() => setDragged(null)}
            onDrop={(event) => dropOn(event, index)}
            className={cx('panel overflow-hidden', dragged === index && 'opacity-50')}
          >
            <div className="relative">
              <img
                src={picture.url}
                alt={t('sell.pictureAlt', { n: index + 1 })}
                className="aspect-square w-full object-cover"
              />
              {index === 0 && (
                <span className="absolute start-2 top-2 rounded-full bg-accent px-2 py-0.5 text-xs font-semibold text-on-accent">
                  {t('sell.first')}
                </span>
              )}
            </div>
            <div className="flex justify-between">
              <IconButton
                label={t('sell.moveLeft', { n: index + 1 })}
                disabled={index === 0}
                onClick={() => onMove(index, index - 1)}
              >
                <BackIcon />
              </IconButton>
              <IconButton
                label={t('sell.remove', { n: index + 1 })}
                onClick={() => onRemove(index)}
              >
                <CloseIcon />
              </IconButton>
              <IconButton
                label={t('sell.moveRight', { n: index + 1 })}
                disabled={index === pictures.length - 1}
                onClick={() => onMove(index, index + 1)}
              >
                <ForwardIcon />
              </IconButton>
            </div>
          </li>
        ))}
        {pictures.length < pictures_max && (
          <li>
            <input
              id={inputId}
              type="file"
              accept={acceptedTypes}
              multiple
              className="peer sr-only"
              onChange={(event) => {
                onAdd([...(event.target.files ?? [])]);
                event.target.value = '';
              }}
            />
            <label
              htmlFor={inputId}
              className="grid h-full min-h-40 cursor-pointer place-content-center justify-items-center gap-1 rounded-xl border-2 border-dashed border-edge p-3 text-center hover:border-accent hover:text-accent peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent"
            >
              <PictureIcon className="size-8" />
              <span className="font-semibold">{t('sell.addPictures')}</span>
              <span className="text-sm text-muted">{t('sell.dropPictures')}</span>
            </label>
          </li>
        )}
      </ul>
      <div role="status" className="text-sm font-medium text-alert">
        {error && <p className="mt-2">{error}</p>}
        {complaints.map((complaint) => (
          <p key={textOf(complaint)} className="mt-2">
            {textOf(complaint)}
          </p>
        ))}
      </div>
    </fieldset>
  );
}

function textOf(complaint: Complaint): string {
  return complaint.kind === 'tooMany'
    ? t('sell.tooMany', { max: pictures_max })
    : t(`sell.${complaint.kind}`, { name: complaint.name });
}

interface IconButtonProps {
  label: string;
  disabled?: boolean;
  onClick: () => void;
  children: React.ReactNode;
}

function IconButton({ label, disabled = false, onClick, children }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
      className="grid size-11 place-items-center text-muted hover:text-accent disabled:opacity-30"
    >
      {children}
    </button>
  );
}
