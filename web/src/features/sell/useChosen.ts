import { useEffect, useRef, useState } from 'react';
import { addFiles, type ChosenPicture, type Complaint, move } from './pictures';

/** Pictures chosen for a lot that is not there yet; they are sent with it. */
export function useChosen() {
  const [pictures, setPictures] = useState<ChosenPicture[]>([]);
  const [complaints, setComplaints] = useState<Complaint[]>([]);
  const latest = useRef(pictures);
  latest.current = pictures;
  useEffect(
    () => () => {
      for (const picture of latest.current) URL.revokeObjectURL(picture.url);
    },
    [],
  );
  return {
    pictures,
    complaints,
    onAdd: (files: File[]) => {
      const added = addFiles(pictures, files);
      setComplaints(added.complaints);
      setPictures(added.pictures);
    },
    onMove: (from: number, to: number) => setPictures(move(pictures, from, to)),
    onRemove: (index: number) => {
      const gone = pictures[index];
      if (gone) URL.revokeObjectURL(gone.url);
      setComplaints([]);
      setPictures(pictures.filter((picture) => picture !== gone));
    },
  };
}
