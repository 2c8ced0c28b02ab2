/**
 * The connection as a table of status × event. Nothing here touches a socket or a timer: a step
 * names the effects, and the feed carries them out.
 */
export type Status = 'connecting' | 'live' | 'reconnecting' | 'polling' | 'offline';

export type Event =
  /** The server acknowledged the socket. */
  | 'opened'
  /** The socket closed, could not be opened, or went silent. */
  | 'lost'
  /** The pause before the next attempt is over. */
  | 'retry'
  /** A poll over HTTP was answered, or was not. */
  | 'pollAnswered'
  | 'pollFailed'
  /** The browser says so. */
  | 'online'
  | 'offline'
  /** Somebody signed in or out: the socket must be opened anew to know who it serves. */
  | 'identity';

export type Effect = 'open' | 'close' | 'retryLater' | 'startPolling' | 'stopPolling' | 'greet';

export interface State {
  status: Status;
  /** Attempts in a row that failed. */
  failures: number;
}

export const initial: State = { status: 'connecting', failures: 0 };

/** After this many failures in a row, prices are fetched over HTTP while the socket goes on trying. */
export const failures_before_polling = 3;

/** The next state and what is to be done; the pair is the same for the same input, always. */
export function step(state: State, event: Event): [State, Effect[]] {
  switch (event) {
    case 'opened':
      return [{ status: 'live', failures: 0 }, ['stopPolling', 'greet']];
    case 'lost':
      return lost(state);
    case 'retry':
      // Also when offline: browsers are wrong about that now and then, an open socket is not.
      return state.status === 'live' ? [state, []] : [state, ['open']];
    case 'pollAnswered':
      return state.status === 'reconnecting' && state.failures >= failures_before_polling
        ? [{ ...state, status: 'polling' }, []]
        : [state, []];
    case 'pollFailed':
      return state.status === 'polling' ? [{ ...state, status: 'reconnecting' }, []] : [state, []];
    case 'online':
      // A socket that survived is asked by the heartbeat; all else starts afresh at once.
      return state.status === 'live' || state.status === 'connecting'
        ? [state, []]
        : [{ status: 'reconnecting', failures: 0 }, ['stopPolling', 'close', 'open']];
    case 'offline':
      return [{ ...state, status: 'offline' }, ['stopPolling', 'close', 'retryLater']];
    case 'identity':
      return state.status === 'offline'
        ? [state, []]
        : [{ status: 'connecting', failures: 0 }, ['stopPolling', 'close', 'open']];
  }
}

function lost(state: State): [State, Effect[]] {
  const failures = state.failures + 1;
  switch (state.status) {
    case 'offline':
      return [{ ...state, failures }, ['retryLater']];
    case 'polling':
      return [{ ...state, failures }, ['retryLater']];
    case 'connecting':
    case 'live':
    case 'reconnecting': {
      const next: State = { status: 'reconnecting', failures };
      return failures >= failures_before_polling
        ? [next, ['startPolling', 'retryLater']]
        : [next, ['retryLater']];
    }
  }
}
