type Answers = Record<string, [status: number, body: unknown]>;

/** Answers that came with the page, by the address that they would have been fetched from. */
let answers: Answers = {};

/** Reads what the server put into the page. To be called once, before anything is fetched. */
export function readSeed(): void {
  const element = document.getElementById('seed');
  element?.remove();
  // A page that one goes back to may be an old one.
  if (!element || navigation()?.type === 'back_forward') return;
  answers = JSON.parse(element.textContent || '{}') as Answers;
}

/** The answer that came with the page, the first time that it is asked for. */
export function takeSeed(address: string): Response | null {
  const answer = answers[address];
  if (!answer) return null;
  delete answers[address];
  const [status, body] = answer;
  return new Response(JSON.stringify(body), { status });
}

/** Forgets what was not asked for yet: somebody else is looking. */
export function dropSeed(): void {
  answers = {};
}

/** The server's time as the page was sent, between the request and its answer. */
export function seededTime(): { serverTime: string; sentAt: number; receivedAt: number } | null {
  const entry = navigation();
  if (!entry || entry.type === 'back_forward') return null;
  const serverTime = entry.serverTiming?.find(({ name }) => name === 'now')?.description;
  if (!serverTime) return null;
  const { timeOrigin } = performance;
  return {
    serverTime,
    sentAt: timeOrigin + entry.requestStart,
    receivedAt: timeOrigin + entry.responseStart,
  };
}

function navigation(): PerformanceNavigationTiming | undefined {
  return performance.getEntriesByType?.('navigation')[0] as PerformanceNavigationTiming | undefined;
}
