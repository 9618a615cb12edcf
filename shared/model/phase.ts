/** Where a task stands, in the order in which it comes by. */
export const PHASES = [
  'connecting',
  'receiving',
  'asking',
  'full-copy',
  'clearing',
  'catching-up',
  'in-step',
  'paused',
  'reconnecting',
  'releasing',
  'ended',
] as const;
export type Phase = (typeof PHASES)[number];
