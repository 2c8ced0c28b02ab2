import type { ChosenPicture } from './pictures';

/** A form as it was typed, by the names of its fields. */
export type Typed = Record<string, string>;

const nameOf = (userId: string) => `gavel.sell.${userId}`;

/** What somebody typed here and did not send. */
export function keptFields(userId: string): Typed | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(nameOf(userId)) ?? 'null');
    return typeof kept === 'object' ? (kept as Typed | null) : null;
  } catch {
    // Storage may be forbidden, or hold what another version wrote.
    return null;
  }
}

/** Keeps what is typed; returns whether the browser took it. */
export function keepFields(userId: string, typed: Typed): boolean {
  try {
    localStorage.setItem(nameOf(userId), JSON.stringify(typed));
    return true;
  } catch {
    return false;
  }
}

/** A form's fields as they stand, read or not. */
export function typedIn(form: FormData): Typed {
  const typed: Typed = {};
  for (const [name, value] of form) if (typeof value === 'string') typed[name] = value;
  return typed;
}

const store = 'pictures';

/** Files are too large for the store that the fields are in. */
function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('gavel.sell', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within<T>(
  mode: IDBTransactionMode,
  ask: (pictures: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = ask(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

type KeptPicture = Pick<ChosenPicture, 'id' | 'file'>;

/** The pictures that were chosen here and not sent. */
export async function keptPictures(userId: string): Promise<KeptPicture[]> {
  try {
    return (await within<KeptPicture[] | undefined>('readonly', (all) => all.get(userId))) ?? [];
  } catch {
    return [];
  }
}

export async function keepPictures(userId: string, pictures: KeptPicture[]): Promise<boolean> {
  try {
    const kept = pictures.map(({ id, file }) => ({ id, file }));
    await within('readwrite', (all) => all.put(kept, userId));
    return true;
  } catch {
    return false;
  }
}

/** Forgets all of it: it was sent, or somebody starts over. */
export async function forgetKept(userId: string): Promise<void> {
  try {
    localStorage.removeItem(nameOf(userId));
    await within('readwrite', (all) => all.delete(userId));
  } catch {
    // What could not be kept need not be forgotten.
  }
}
