import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { onBanned } from './api/client';

export interface Ban {
  /** In the words of those in charge; null where the house gave none. */
  reason: string | null;
}

/** What the house has said of the account used here being blocked; null where it is not. */
export const banned = createStore<{ ban: Ban | null }>(() => ({ ban: null }));

onBanned((reason) => banned.setState({ ban: { reason } }));

/** Whether the account used here is blocked: then nothing that asks for one is offered. */
export function useIsBanned(): boolean {
  return useStore(banned, ({ ban }) => ban !== null);
}
