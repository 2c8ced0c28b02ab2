import { useState } from 'react';
import { ApiFailure } from '@/lib/api/client';
import type { Auction } from '@/lib/api/types';
import { textForCode } from '@/lib/i18n';
import { usePictures } from './edit';
import { PicturePicker } from './PicturePicker';
import { type Complaint, move, pictures_max, sortFiles } from './pictures';
import { t } from './text';

/** The pictures of a lot that is there. */
export function EditPictures({ lot }: { lot: Auction }) {
  const [complaints, setComplaints] = useState<Complaint[]>([]);
  const { mutate, isPending, variables, error } = usePictures(lot);
  const shown = isPending && variables ? meanwhile(lot, variables) : lot.images;
  // One change after the other: each is made to the pictures as they are.
  const change: typeof mutate = (wanted) => {
    if (!isPending) mutate(wanted);
  };
  return (
    <div aria-busy={isPending}>
      <PicturePicker
        pictures={shown.map(({ id, thumbnailUrl }) => ({ id, url: thumbnailUrl }))}
        complaints={complaints}
        error={error ? textForCode(error instanceof ApiFailure ? error.code : 'UNEXPECTED') : null}
        hint={t('edit.picturesHint')}
        onAdd={(files) => {
          const sorted = sortFiles(files, pictures_max - lot.images.length);
          setComplaints(sorted.complaints);
          if (sorted.taken.length > 0) change({ kind: 'add', files: sorted.taken });
        }}
        onMove={(from, to) => {
          const ids = move(lot.images, from, to).map((image) => image.id);
          if (from !== to) change({ kind: 'order', ids });
        }}
        onRemove={(index) => {
          const image = lot.images[index];
          setComplaints([]);
          if (image) change({ kind: 'remove', id: image.id });
        }}
      />
    </div>
  );
}

/** The pictures as they will be once the house has said yes; without its yes they are as before. */
function meanwhile(lot: Auction, change: Parameters<ReturnType<typeof usePictures>['mutate']>[0]) {
  switch (change.kind) {
    case 'add':
      return lot.images;
    case 'remove':
      return lot.images.filter((image) => image.id !== change.id);
    case 'order':
      return change.ids.flatMap((id) => lot.images.find((image) => image.id === id) ?? []);
  }
}
