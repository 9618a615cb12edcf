/** What of a task opens its servers, and so needs their secrets. */
export type Beginning = 'task.start' | 'task.release';

/** A target is handed over without its source. */
export const SIDES_OF: Readonly<Record<Beginning, readonly ('source' | 'target')[]>> = {
  'task.start': ['source', 'target'],
  'task.release': ['target'],
};
