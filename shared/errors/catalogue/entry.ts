/**
 * What can go wrong, in words an engineer can act on.
 * `exit` is the command line's status for it; `heals` says that the same attempt may succeed later,
 * so the task retries within its retry duration instead of stopping.
 */
export interface ErrorEntry {
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
  readonly exit: number;
  readonly heals: boolean;
}

/** Exit statuses of the command line. 0 is success, 1 is "not equal": of compare and demo, and of a sync whose target has evicted keys. */
export const EXIT = {
  ok: 0,
  different: 1,
  usage: 2,
  source: 3,
  target: 4,
  local: 5,
  data: 6,
  interrupted: 7,
  goals: 8,
  internal: 70,
} as const;

export const entry = (
  exit: number,
  heals: boolean,
  title: string,
  cause: string,
  remedy: string,
): ErrorEntry => ({
  title,
  cause,
  remedy,
  exit,
  heals,
});
