import { type Group, groups } from './standing';

export interface MineSearch {
  page?: number;
  standing?: Group;
}

/** Reads the address of both lists; nonsense is left out. */
export function readMineSearch(raw: Record<string, unknown>): MineSearch {
  const page = Number(raw.page);
  const standing = groups.find((group) => group === raw.standing);
  return {
    ...(Number.isInteger(page) && page > 1 && { page }),
    ...(standing && { standing }),
  };
}
