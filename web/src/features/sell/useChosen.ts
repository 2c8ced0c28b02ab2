import { useEffect, useRef, useState } from 'react';
import { keptPictures } from './kept';
import { addFiles, type ChosenPicture, type Complaint, move, pictures_max } from './pictures';

/** Pictures chosen for a lot that is not there yet, those among them that this browser has kept. */
export function useChosen(userId: string) {
  const [pictures, setPictures] = useState<ChosenPicture[]>([]);
  const [found, setFound] = useState<number | null>(null);
  const [complaints, setComplaints] = useState<Complaint[]>([]);
  const latest = useRef(pictures);
  latest.current = pictures;
  useEffect(() => {
    let gone = false;
    void keptPictures(userId).then((kept) => {
      if (gone) return;
      const before = kept.map(({ id, file }) => ({ id, file, url: URL.createObjectURL(file) }));
      setPictures((chosen) => [...before, ...chosen].slice(0, pictures_max));
      setFound(before.length);
    });
    return () => {
      gone = true;
    };
  }, [userId]);
  useEffect(
    () => () => {
      for (const picture of latest.current) URL.revokeObjectURL(picture.url);
    },
    [],
  );
  return {
    pictures,
    /** How many were kept; null until that has been looked up. */
    found,
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
