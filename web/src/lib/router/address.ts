import type { RawSearch } from '../search';

/**
 * What the app's addresses are; `routes/router.ts` adds to it, so that a link to a page that is not
 * there does not compile.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled where the pages are known.
export interface Register {}

/** The patterns of all pages; a `$name` in one stands for any one part. */
export type Path = Register extends { path: infer P extends string } ? P : string;
type Searches = Register extends { searches: infer S } ? S : Record<never, never>;
/** What a page's address may say behind the `?`. */
export type SearchOf<P> = P extends keyof Searches ? Searches[P] : object;

type NamesIn<P> = P extends `${string}$${infer Name}/${infer Rest}`
  ? Name | NamesIn<`/${Rest}`>
  : P extends `${string}$${infer Name}`
    ? Name
    : never;
export type ParamsOf<P> = Record<NamesIn<P>, string>;
type WithParams<P> = [NamesIn<P>] extends [never]
  ? { params?: undefined }
  : { params: ParamsOf<P> };

/** A page, and what is to be shown there. */
export type Place<P extends Path = Path> = { to: P; search?: Partial<SearchOf<P>> } & WithParams<P>;

/** The address of a place. What is undefined in its search is left out. */
export function addressOf<P extends Path>({ to, params, search }: Place<P>): string {
  const path = to.replace(/\$(\w+)/g, (_, name: string) =>
    encodeURIComponent((params as Record<string, string> | undefined)?.[name] ?? ''),
  );
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(search ?? {})) {
    if (value !== undefined) asked.set(name, String(value));
  }
  return asked.size > 0 ? `${path}?${asked}` : path;
}

/** What stands for the names in a pattern, where a path is of it. */
export function paramsIn(pattern: string, path: string): Record<string, string> | null {
  const wanted = partsOf(pattern);
  const given = partsOf(path);
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [n, part] of wanted.entries()) {
    const own = given[n] ?? '';
    if (!part.startsWith('$')) {
      if (part !== own) return null;
    } else {
      if (own === '') return null;
      params[part.slice(1)] = decoded(own);
    }
  }
  return params;
}

function partsOf(path: string): string[] {
  return path.replace(/^\/|\/$/g, '').split('/');
}

/** People edit addresses: what is no escape stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function rawSearch(search: string): RawSearch {
  return Object.fromEntries(new URLSearchParams(search));
}

/** Whether one is where an address leads; what it does not name, the place may have besides. */
export function leadsHere(address: string, here: { path: string; search: string }): boolean {
  const [path = '', search = ''] = address.split('?');
  if (path !== here.path) return false;
  const has = new URLSearchParams(here.search);
  return [...new URLSearchParams(search)].every(([name, value]) => has.get(name) === value);
}
