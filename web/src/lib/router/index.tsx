import {
  Component,
  type ComponentProps,
  createContext,
  type MouseEvent,
  type ReactNode,
  useContext,
  useLayoutEffect,
  useRef,
  useSyncExternalStore,
} from 'react';
import { addressOf, leadsHere, type Path, type Place } from './address';
import type { Location, Router, Shown } from './router';

export type { Chunk, PageProps } from './router';

const RouterContext = createContext<Router | null>(null);

export function useRouter(): Router {
  const router = useContext(RouterContext);
  if (!router) throw new Error('there is no router around this');
  return router;
}

function useShown(): Shown {
  const router = useRouter();
  const shown = useSyncExternalStore(router.subscribe, router.shown);
  if (!shown) throw new Error('no page is shown yet');
  return shown;
}

/** The address of the page that is shown; not yet the one that is awaited. */
export function useLocation(): Location {
  return useShown().location;
}

/** The names in the address of the page that is shown, whichever it is. */
export function useParams(): Record<string, string | undefined> {
  return useShown().params;
}

/** Whether the page that is shown begins at its top, and is no place further down that is gone back to. */
export function useBeginsAtTop(): boolean {
  return useShown().top === 0;
}

export function useNavigate() {
  const router = useRouter();
  return <P extends Path>(place: Place<P>) => router.navigate(place);
}

/** Whether a page is awaited. */
export function useNavigating(): boolean {
  const router = useRouter();
  return useSyncExternalStore(router.subscribe, router.busy);
}

type LinkProps<P extends Path> = Place<P> & Omit<ComponentProps<'a'>, 'href'>;

/** Leads to a page of the app. It says by itself whether that is the current one. */
export function Link<P extends Path>({ to, params, search, ...rest }: LinkProps<P>) {
  return <LinkTo href={addressOf({ to, params, search } as Place<P>)} {...rest} />;
}

/** Somebody who rests on a link this long means it. */
const rest_ms = 50;

/** The same by address. */
export function LinkTo({ href, ...rest }: ComponentProps<'a'> & { href: string }) {
  const router = useRouter();
  const { location } = useShown();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const ahead = () => {
    timer.current = setTimeout(() => void router.preload(href), rest_ms);
  };
  const onClick = (event: MouseEvent<HTMLAnchorElement>) => {
    rest.onClick?.(event);
    if (event.defaultPrevented || !isPlain(event) || rest.target) return;
    event.preventDefault();
    void router.push(href);
  };
  return (
    <a
      aria-current={leadsHere(href, location) ? 'page' : undefined}
      {...rest}
      href={href}
      onClick={onClick}
      onMouseEnter={ahead}
      onMouseLeave={() => clearTimeout(timer.current)}
      onFocus={ahead}
      onBlur={() => clearTimeout(timer.current)}
      onTouchStart={ahead}
    />
  );
}

/** Whether a click means this window; browsers have their own ways to open another. */
function isPlain({ button, metaKey, altKey, ctrlKey, shiftKey }: MouseEvent): boolean {
  return button === 0 && !metaKey && !altKey && !ctrlKey && !shiftKey;
}

interface Props {
  router: Router;
  /** What is around every page. */
  layout: (props: { children: ReactNode }) => ReactNode;
  notFound: ReactNode;
  /** Shown where a page failed in a way that it did not foresee. */
  broken: ReactNode;
}

/** Shows the page that the address names. */
export function Pages({ router, layout: Layout, notFound, broken }: Props) {
  const shown = useSyncExternalStore(router.subscribe, router.shown);
  const before = useRef<Shown | null>(null);
  useLayoutEffect(() => {
    if (shown) settle(shown, before.current);
    before.current = shown;
  }, [shown]);
  if (!shown) return null;
  const { Page, Frame, params, search, error } = shown;
  const page = error ? broken : Page ? <Page params={params} search={search} /> : notFound;
  return (
    <RouterContext value={router}>
      <Layout>
        <Boundary shown={shown} fallback={broken}>
          {Frame && !error ? <Frame>{page}</Frame> : page}
        </Boundary>
      </Layout>
    </RouterContext>
  );
}

/** Puts the window, and whoever goes by keyboard, where the page begins or was left. */
function settle({ location, top }: Shown, before: Shown | null): void {
  if (top === null) return;
  const named = location.hash && top === 0 ? document.getElementById(location.hash) : null;
  if (named) named.scrollIntoView();
  // Where a window has just been opened, it is at its top, and asking for it would have all be laid out at once.
  else if (before || top > 0) scrollTo(0, top);
  // The link that was pressed may be gone with its page; the next key goes on from the new one.
  const lost = document.activeElement === document.body;
  if (lost && before && before.location.path !== location.path) {
    document.querySelector('main')?.focus({ preventScroll: true });
  }
}

interface BoundaryProps {
  shown: Shown;
  fallback: ReactNode;
  children: ReactNode;
}

/** Keeps what breaks in one page from the frame around it, until another page is shown. */
class Boundary extends Component<BoundaryProps, { failed: boolean; shown: Shown }> {
  override state = { failed: false, shown: this.props.shown };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  static getDerivedStateFromProps({ shown }: BoundaryProps, state: { shown: Shown }) {
    return shown === state.shown ? null : { failed: false, shown };
  }

  override render() {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
