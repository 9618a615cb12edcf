import { formatCount } from './numbers.ts';

/** What a group is called wherever it is named: as its user has it, or by its source, and how many targets it has at the moment. */
export const groupName = (name: string, targets: number): string =>
  targets > 1 ? `${name}, ${formatCount(targets)} targets` : name;
