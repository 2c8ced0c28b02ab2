import type { Client } from 'openapi-fetch';
import { keepAnswer, keptAnswer, placeFor } from '../offline';
import { takeSeed } from '../seed';
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

let banListener: ((reason: string | null) => void) | null = null;

/** Calls back when an answer says that the account is blocked, with the reason where it tells one. */
export function onBanned(listener: (reason: string | null) => void): void {
  banListener = listener;
}

type Scalars = Record<string, string | number | boolean | null | undefined>;

interface Init {
  params?: { path?: Scalars; query?: Scalars };
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

async function call(method: string, path: string, init: Init = {}): Promise<Outcome<unknown>> {
  const { params, body, headers, signal } = init;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params?.query ?? {})) {
    if (value !== undefined && value !== null) query.set(name, String(value));
  }
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params?.path?.[name])),
  );
  // A form names its own content type, with the boundary that only the browser knows.
  const isJson = body !== undefined && !(body instanceof FormData);
  const address = query.size > 0 ? `${filled}?${query}` : filled;
  const seed = method === 'GET' ? takeSeed(address) : null;
  const place = method === 'GET' ? placeFor(address) : null;
  const sentAt = Date.now();
  const response =
    seed ??
    (await fetch(address, {
      method,
      body: isJson ? JSON.stringify(body) : (body as FormData | undefined),
      headers: { ...(isJson && { 'Content-Type': 'application/json' }), ...headers },
      signal,
      credentials: 'same-origin',
      // Answers differ by viewer: the browser must not keep one across signing out. ETags are ours to use.
      cache: 'no-store',
    }).catch(async (cause: unknown) => {
      const kept = place && (await keptAnswer(place, address));
      if (!kept) throw cause;
      return kept;
    }));
  const serverTime = response.headers.get('X-Server-Time');
  if (serverTime) timeListener?.(serverTime, sentAt, Date.now());
  const text = await response.text();
  if (place && response.ok) void keepAnswer(place, address, text);
  const content = contentOf(text);
  if (response.ok) return { data: content, response };
  if (isErrorBody(content) && content.error === 'USER_BANNED') {
    banListener?.(content.details?.reason ?? null);
  }
  return { error: content, response };
}

/** An answer's JSON; where a proxy answered in its own words, those words. */
function contentOf(text: string): unknown {
  try {
    return text && JSON.parse(text);
  } catch {
    return text;
  }
}

const withMethod = (method: string) => (path: string, init?: Init) => call(method, path, init);

/**
 * The API as its document describes it. The types are openapi-fetch's; its code is not used, since
 * the little that this app needs of it is a fifth of the size.
 */
export const api = {
  GET: withMethod('GET'),
  POST: withMethod('POST'),
  PUT: withMethod('PUT'),
  PATCH: withMethod('PATCH'),
  DELETE: withMethod('DELETE'),
} as unknown as Pick<Client<paths>, 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>;

function isErrorBody(value: unknown): value is ApiErrorBody {
  return typeof value === 'object' && value !== null && 'error' in value && 'message' in value;
}

/** The failure an unsuccessful answer stands for; proxies may answer in shapes of their own. */
export function failureOf(response: Response, body: unknown): ApiFailure {
  const requestId = response.headers.get('X-Request-Id');
  const retryAfter = response.headers.get('Retry-After');
  const fallback: Record<string, string> = retryAfter ? { retryAfter } : {};
  if (!isErrorBody(body)) {
    const code = isAway(response.status) ? 'UNAVAILABLE' : 'UNEXPECTED';
    return new ApiFailure(response.status, code, '', fallback, requestId);
  }
  const details = { ...fallback, ...(body.details as Record<string, string> | null | undefined) };
  return new ApiFailure(response.status, body.error, body.message, details, requestId);
}

/** Whether a proxy says by a status that it did not reach the house in time. */
const isAway = (status: number) => status >= 502 && status <= 504;

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
