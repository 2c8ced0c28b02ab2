import { type Group, groups } from './standing';

export interface MineSearch {
  page?: number;
  standing?: Group;
}

/** Reads the address of both lists; nonsense is left out. */
export function readMineSearch(raw: Record<string, unknown>): MineSearch {
  const page = Number(raw.page);
  const standing = groups.find((group) => group === raw.standing);
  // Both names are there: the router would let what is left out through as it came.
  return {
    page: Number.isInteger(page) && page > 1 ? page : undefined,
    standing,
  };
}
