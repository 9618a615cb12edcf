/** No name of a task has one, so that no task is ever called as a part of another is. */
const SEPARATOR = ' ';

/** A part of a task whose source is a cluster: what it brings of one shard. */
export interface PartName {
  readonly task: string;
  /** From 1 on. One that a part had is not given to another as long as its checkpoint stands. */
  readonly number: number;
}

/** What a part is called on a target, where it has a checkpoint, lanes and an entry in the index like a task of its own. */
export const partName = ({ task, number }: PartName): string => `${task}${SEPARATOR}${number}`;

/** undefined for the name of a task that has no parts. */
export function partOf(name: string): PartName | undefined {
  const at = name.lastIndexOf(SEPARATOR);
  const digits = name.slice(at + 1);
  return at > 0 && /^[1-9]\d{0,4}$/.test(digits)
    ? { task: name.slice(0, at), number: Number(digits) }
    : undefined;
}

/** What an engineer calls it. */
export const taskOf = (name: string): string => partOf(name)?.task ?? name;

/** Whether both are parts of one task, or the same. */
export const belongTogether = (one: string, other: string): boolean => taskOf(one) === taskOf(other);
