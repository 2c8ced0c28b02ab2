import { type DragEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import { BackIcon, CloseIcon, ForwardIcon, PictureIcon } from '@/components/ui/icons';
import { Picture } from '@/components/ui/Picture';
import { Said } from '@/components/ui/Said';
import { cx } from '@/lib/cx';
import { acceptedTypes, type Complaint, type PictureState, pictures_max } from './pictures';
import { t } from './text';

interface Props {
  /** What is there, in order. */
  pictures: { id: string; url: string; state?: PictureState }[];
  complaints: Complaint[];
  error: string | null;
  hint?: string;
  onAdd: (files: File[]) => void;
  onMove: (from: number, to: number) => void;
  onRemove: (index: number) => void;
  /** Sends again what could not be sent. */
  onRetry?: () => void;
}

/** Chooses pictures and puts them in order, by dragging or, for every hand and key, by buttons. */
export function PicturePicker(props: Props) {
  const { pictures, complaints, error, hint, onAdd, onMove, onRemove, onRetry } = props;
  const [dragged, setDragged] = useState<number | null>(null);
  const inputId = useId();
  const list = useRef<HTMLUListElement>(null);
  const [moved, setMoved] = useState<Moved | null>(null);
  const order = pictures.map(({ id }) => id).join();
  // A picture that changes its place takes the focus away from its own buttons.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the new order is what moved it.
  useLayoutEffect(() => {
    if (!moved) return;
    const item = list.current?.children[pictures.findIndex(({ id }) => id === moved.id)];
    item?.querySelector<HTMLElement>(`[data-step="${moved.step}"]`)?.focus();
  }, [order, moved]);
  const moveBy = (index: number, step: -1 | 1) => {
    const picture = pictures[index];
    if (!picture || !pictures[index + step]) return;
    setMoved({ id: picture.id, step });
    onMove(index, index + step);
  };
  const place = moved ? pictures.findIndex(({ id }) => id === moved.id) + 1 : 0;
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
      <ul ref={list} className="mt-4 grid grid-cols-2 gap-3 sm:grid-cols-4">
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
              <Picture
                src={picture.url}
                alt={t('sell.pictureAlt', { n: index + 1 })}
                className="aspect-square w-full"
              />
              {index === 0 && (
                <span className="absolute start-2 top-2 rounded-full bg-accent px-2 py-0.5 text-xs font-semibold text-on-accent">
                  {t('sell.first')}
                </span>
              )}
              {picture.state && <Sending n={index + 1} state={picture.state} onRetry={onRetry} />}
            </div>
            <div className="flex justify-between">
              <IconButton
                label={t('sell.moveLeft', { n: index + 1 })}
                step={-1}
                disabled={index === 0}
                onClick={() => moveBy(index, -1)}
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
                step={1}
                disabled={index === pictures.length - 1}
                onClick={() => moveBy(index, 1)}
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
      <Said className="sr-only">
        {place > 0 && t('sell.moved', { n: place, of: pictures.length })}
      </Said>
      <Said className="text-sm font-medium text-alert">
        {error && <p className="mt-2">{error}</p>}
        {complaints.map((complaint) => (
          <p key={textOf(complaint)} className="mt-2">
            {textOf(complaint)}
          </p>
        ))}
      </Said>
    </fieldset>
  );
}

interface SendingProps {
  n: number;
  state: PictureState;
  onRetry: (() => void) | undefined;
}

/** How the sending of a picture goes, on the picture itself. */
function Sending({ n, state, onRetry }: SendingProps) {
  if ('sent' in state) {
    return (
      <div className="absolute inset-x-0 bottom-0 bg-card/90 p-2">
        <progress
          aria-label={t('sell.sending', { n })}
          max={1}
          value={state.sent}
          className="block h-2 w-full accent-accent"
        />
      </div>
    );
  }
  return (
    <div
      role="alert"
      className="absolute inset-0 grid place-content-center gap-2 bg-alert-soft/95 p-2 text-center text-sm text-alert"
    >
      {state.failed}
      {onRetry && (
        <button
          type="button"
          aria-label={t('sell.retry', { n })}
          onClick={onRetry}
          className="min-h-11 rounded-lg border border-alert px-3 font-semibold"
        >
          {t('page.retry')}
        </button>
      )}
    </div>
  );
}

function textOf(complaint: Complaint): string {
  return complaint.kind === 'tooMany'
    ? t('sell.tooMany', { max: pictures_max })
    : t(`sell.${complaint.kind}`, { name: complaint.name });
}

/** The picture that was moved last, and by which of its buttons. */
interface Moved {
  id: string;
  step: -1 | 1;
}

interface IconButtonProps {
  label: string;
  step?: -1 | 1;
  disabled?: boolean;
  onClick: () => void;
  children: React.ReactNode;
}

function IconButton({ label, step, disabled = false, onClick, children }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      // Not disabled outright: that would throw out whoever has just moved a picture to the end.
      aria-disabled={disabled}
      data-step={step}
      onClick={onClick}
      className="grid size-11 place-items-center text-muted hover:text-accent aria-disabled:opacity-30"
    >
      {children}
    </button>
  );
}
