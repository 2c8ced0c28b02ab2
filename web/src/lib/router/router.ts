import type { ComponentType, ReactNode } from 'react';
import { newKey } from '../key';
import type { RawSearch } from '../search';
import {
  addressOf,
  type ParamsOf,
  type Path,
  type Place,
  paramsIn,
  rawSearch,
  type SearchOf,
} from './address';
import { keepScroll, keptScroll } from './scroll';

/** What a page is given: the parts of its address, read. */
export interface PageProps<P> {
  params: ParamsOf<P>;
  search: SearchOf<P>;
}

/** A module with some pages, by their patterns, and the frame that they share. */
export interface Chunk {
  pages: { [P in Path]?: ComponentType<PageProps<P>> };
  Frame?: ComponentType<{ children: ReactNode }>;
}

export interface Location {
  path: string;
  /** With its `?`; empty where there is none. */
  search: string;
  /** Without its `#`. */
  hash: string;
  /** All three, as an address of this site. */
  href: string;
  /** The entry in the browser's history. */
  key: string;
}

// Which page it is, is known at run time only; `Chunk` has held each to its own props.
type AnyPage = ComponentType<{ params: Record<string, string>; search: object }>;

/** What is on the screen. */
export interface Shown {
  location: Location;
  params: Record<string, string>;
  search: object;
  /** Null where there is no page at the address. */
  Page: AnyPage | null;
  Frame: Chunk['Frame'];
  /** Why the page could not be had; null where it could. */
  error: unknown;
  /** Where to scroll to; null to stay. */
  top: number | null;
}

export interface Site {
  paths: readonly Path[];
  /** Fetches a page's code. */
  chunk: (path: Path) => Promise<Chunk>;
  read: (path: Path, raw: RawSearch) => object;
  /** Sets fetches going that a page will ask for, while its code is on its way. */
  load: (path: Path, params: Record<string, string>, search: object) => void;
  /** The address that whoever may not see a page is sent to instead; null lets them in. */
  guard: (path: Path, location: Location) => Promise<string | null>;
}

interface Found {
  path: Path;
  params: Record<string, string>;
  search: object;
}

/**
 * Keeps the page that is shown in step with the address. The page before stays until the next one's
 * code is there, so nobody looks at an empty frame; the pages themselves show that data are awaited.
 */
export class Router {
  #shown: Shown | null = null;
  #busy = false;
  /** The latest navigation; what an earlier one still waits for is nobody's concern any more. */
  #turn = 0;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly site: Site) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  /** Null until the first page is there. */
  readonly shown = (): Shown | null => this.#shown;
  /** Whether a page is awaited. */
  readonly busy = (): boolean => this.#busy;

  /** Shows the page of the browser's address and follows it from then on. */
  start(): Promise<void> {
    history.scrollRestoration = 'manual';
    addEventListener('popstate', () => void this.#onPopState());
    addEventListener('pagehide', () => this.#keepScroll());
    return this.#go(keptScroll(here().key));
  }

  /** Resolves once the page is shown. */
  navigate<P extends Path>(place: Place<P>): Promise<void> {
    return this.push(addressOf(place));
  }

  /** The same by address. */
  push(href: string): Promise<void> {
    this.#keepScroll();
    if (href === here().href) history.replaceState(aState(), '', href);
    else history.pushState(aState(), '', href);
    return this.#go(0);
  }

  /** Tries the page again that could not be shown. */
  retry(): Promise<void> {
    return this.#go(null);
  }

  /** Fetches ahead what a page needs; somebody is about to go there. */
  async preload(href: string): Promise<void> {
    const { pathname, search } = new URL(href, location.origin);
    const found = this.#find(pathname, search);
    if (!found) return;
    // Where it fails, going there tells.
    await this.site.chunk(found.path).then(
      () => this.site.load(found.path, found.params, found.search),
      () => {},
    );
  }

  async #onPopState(): Promise<void> {
    const { path, search, key } = here();
    const before = this.#shown?.location;
    // Another place on the same page: the browser goes there by itself.
    const same = before?.path === path && before.search === search;
    if (same && this.#shown) {
      this.#show({ ...this.#shown, location: here(), top: null });
      return;
    }
    this.#keepScroll();
    await this.#go(keptScroll(key));
  }

  #keepScroll(): void {
    if (this.#shown) keepScroll(this.#shown.location.key, scrollY);
  }

  #find(pathname: string, search: string): Found | null {
    for (const path of this.site.paths) {
      const params = paramsIn(path, pathname);
      if (params) return { path, params, search: this.site.read(path, rawSearch(search)) };
    }
    return null;
  }

  async #go(top: number | null): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const location = here();
    const found = this.#find(location.path, location.search);
    const shown = {
      location,
      params: {},
      search: {},
      Page: null,
      Frame: undefined,
      error: null,
      top,
    };
    if (!found) return this.#show(shown);
    this.#setBusy(true);
    const { path, params, search } = found;
    try {
      const chunk = this.site.chunk(path);
      this.site.load(path, params, search);
      const [elsewhere, { pages, Frame }] = await Promise.all([
        this.site.guard(path, location),
        chunk,
      ]);
      if (turn !== this.#turn) return;
      if (elsewhere) {
        history.replaceState(aState(), '', elsewhere);
        return await this.#go(0);
      }
      const Page = (pages[path] ?? null) as AnyPage | null;
      this.#show({ ...shown, params, search, Page, Frame });
    } catch (error) {
      if (turn === this.#turn) this.#show({ ...shown, error });
    }
  }

  #show(shown: Shown): void {
    this.#shown = shown;
    this.#setBusy(false);
  }

  #setBusy(busy: boolean): void {
    this.#busy = busy;
    for (const listener of this.#listeners) listener();
  }
}

/** Where the browser is. */
function here(): Location {
  const { pathname, search, hash } = location;
  if (typeof history.state?.key !== 'string') {
    history.replaceState({ ...history.state, ...aState() }, '');
  }
  return {
    path: pathname.replace(/(.)\/$/, '$1'),
    search,
    hash: hash.slice(1),
    href: `${pathname}${search}${hash}`,
    key: history.state.key,
  };
}

function aState(): { key: string } {
  return { key: newKey() };
}
