/**
 * Until when, by the target's clock in Unix ms, no key can be gone there that a batch uses; 0 where nobody knows; `kept` where the
 * target lets no key go, as long as its import-mode is on.
 */
export type Deadline = number | 'kept';
