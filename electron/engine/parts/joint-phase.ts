import type { Phase } from '../../../shared/model/metrics.ts';

/** The phase of a task is that of the part of it that comes first here. */
const FURTHEST_FIRST: readonly Phase[] = [
  'asking',
  'reconnecting',
  'connecting',
  'receiving',
  'full-copy',
  'clearing',
  'catching-up',
  'paused',
  'releasing',
  'in-step',
  'ended',
];

/** Where a task stands as a whole whose parts stand here. */
export const jointPhase = (phases: readonly Phase[]): Phase =>
  FURTHEST_FIRST.find((phase) => phases.includes(phase)) ?? 'connecting';
