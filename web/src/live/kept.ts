import type { Order } from './intents';

const name = 'orders';
/** More lots than these nobody waits to hear of at a time. */
const orders_max = 8;
/** For so long the house is sure to know a key; later the same order could be placed twice. */
const age_ms_max = 24 * 3_600_000;

/** An order that was sent, and whose answer has not come. */
export interface KeptOrder {
  key: string;
  lotId: string;
  viewerId: string;
  order: Order;
  sentAt: number;
}

/**
 * Keeps an order for the page that comes after a reload. Where the browser keeps nothing, the
 * order ends with its page.
 */
export function keepOrder(order: KeptOrder): void {
  write([...read(), order].slice(-orders_max));
}

/** Forgets an order: it was answered, or nobody asks any more. */
export function forgetOrder(key: string): void {
  write(read().filter((order) => order.key !== key));
}

/** What somebody has sent from this tab and got no answer to. Orders of others are forgotten. */
export function keptOrders(viewerId: string): KeptOrder[] {
  const own = read().filter((order) => order.viewerId === viewerId);
  write(own);
  return own;
}

function read(): KeptOrder[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(name) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isKeptOrder) : [];
  } catch {
    // Storage may be forbidden, or hold something that is not ours.
    return [];
  }
}

function write(orders: KeptOrder[]): void {
  try {
    sessionStorage.setItem(name, JSON.stringify(orders));
  } catch {
    // As above, or full.
  }
}

function isKeptOrder(value: unknown): value is KeptOrder {
  const { key, lotId, viewerId, order, sentAt } = (value ?? {}) as Partial<KeptOrder>;
  const named = [key, lotId, viewerId].every((id) => typeof id === 'string');
  // A device's clock may have been put back meanwhile.
  return named && Math.abs(Date.now() - Number(sentAt)) < age_ms_max && isOrder(order);
}

function isOrder(order: Order | undefined): boolean {
  switch (order?.kind) {
    case 'bid':
      return isAmount(order.amount) && (order.maxAmount === undefined || isAmount(order.maxAmount));
    case 'autoBid':
      return isAmount(order.maxAmount);
    default:
      return order?.kind === 'cancelAutoBid';
  }
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number';
}
