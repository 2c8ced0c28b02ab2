import createClient from 'openapi-fetch';
import type { paths } from './schema';
import type { ApiErrorBody } from './types';

/** A refusal by the server, or (status 0) no answer at all. */
export class ApiFailure extends Error {
  override name = 'ApiFailure';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, string> = {},
    readonly requestId: string | null = null,
  ) {
    super(message);
  }

  /** Seconds the server asks to wait before trying again, where it says so. */
  get retryAfterSeconds(): number | null {
    const seconds = Number(this.details.retryAfter);
    return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
  }
}

type TimeListener = (serverTime: string, sentAt: number, receivedAt: number) => void;
let timeListener: TimeListener | null = null;

/** Hands the server time of every answer to whoever keeps the clock. */
export function onServerTime(listener: TimeListener): void {
  timeListener = listener;
}

async function timedFetch(request: Request): Promise<Response> {
  const sentAt = Date.now();
  const response = await fetch(request);
  const serverTime = response.headers.get('X-Server-Time');
  if (serverTime) timeListener?.(serverTime, sentAt, Date.now());
  return response;
}

export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin,
  fetch: timedFetch,
  credentials: 'same-origin',
  // Answers differ by viewer: the browser must not keep one across signing out. ETags are ours to use.
  cache: 'no-store',
});

function isErrorBody(value: unknown): value is ApiErrorBody {
  return typeof value === 'object' && value !== null && 'error' in value && 'message' in value;
}

/** The failure an unsuccessful answer stands for; proxies may answer in shapes of their own. */
export function failureOf(response: Response, body: unknown): ApiFailure {
  const requestId = response.headers.get('X-Request-Id');
  const retryAfter = response.headers.get('Retry-After');
  const fallback: Record<string, string> = retryAfter ? { retryAfter } : {};
  if (!isErrorBody(body)) {
    return new ApiFailure(response.status, 'UNEXPECTED', '', fallback, requestId);
  }
  const details = { ...fallback, ...(body.details as Record<string, string> | null | undefined) };
  return new ApiFailure(response.status, body.error, body.message, details, requestId);
}

type Outcome<T> = { data?: T; error?: unknown; response: Response };

/** The answer's data, or an `ApiFailure` thrown: status 0 where the network gave no answer. */
export async function unwrap<T>(call: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiFailure(0, 'NETWORK', '');
  }
  if (!outcome.response.ok) throw failureOf(outcome.response, outcome.error);
  return outcome.data as T;
}
