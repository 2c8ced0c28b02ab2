import { useState } from 'react';
import { ApiFailure } from '@/lib/api/client';
import type { Auction } from '@/lib/api/types';
import { textForCode } from '@/lib/i18n';
import { afterChange, type PictureChange, usePictures } from './edit';
import { PicturePicker } from './PicturePicker';
import { type Complaint, pictures_max, sortFiles } from './pictures';
import { t } from './text';

/** The pictures of a lot that is there. Each change is saved by itself, and shown before it is. */
export function EditPictures({ lot }: { lot: Auction }) {
  const [complaints, setComplaints] = useState<Complaint[]>([]);
  const [error, setError] = useState<Error | null>(null);
  const { change, pending } = usePictures(lot, setError);
  const shown = pending.reduce(afterChange, lot.images);
  const begin = (wanted: PictureChange) => {
    setError(null);
    change(wanted);
  };
  return (
    <div aria-busy={pending.length > 0}>
      <PicturePicker
        pictures={shown.map(({ id, thumbnailUrl }) => ({ id, url: thumbnailUrl }))}
        complaints={complaints}
        error={error && textForCode(error instanceof ApiFailure ? error.code : 'UNEXPECTED')}
        hint={t('edit.picturesHint')}
        onAdd={(files) => {
          const coming = pending.flatMap((one) => (one.kind === 'add' ? one.files : []));
          const sorted = sortFiles(files, pictures_max - shown.length - coming.length);
          setComplaints(sorted.complaints);
          if (sorted.taken.length > 0) begin({ kind: 'add', files: sorted.taken });
        }}
        onMove={(from, to) => {
          const image = shown[from];
          if (image && from !== to) begin({ kind: 'move', id: image.id, to });
        }}
        onRemove={(index) => {
          const image = shown[index];
          setComplaints([]);
          if (image) begin({ kind: 'remove', id: image.id });
        }}
      />
    </div>
  );
}
