import { createStore } from 'zustand/vanilla';
import { onBanned } from './api/client';

/** Whether the house has said that the account used here is blocked. */
export const banned = createStore<boolean>(() => false);

onBanned(() => banned.setState(true, true));
