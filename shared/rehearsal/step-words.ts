import type { RehearsalKind, RehearsedSide, StepId } from './report.ts';

export const KIND_WORDS: Readonly<Record<RehearsalKind, string>> = {
  copy: 'Copy rehearsal',
  failover: 'Failover rehearsal',
  cutover: 'Planned cutover',
};

/** When what a report says of either server was seen. */
export const SIDES_SEEN =
  'The source as it was at the beginning; the target as it was seen last, before any cleaning.';

export const STEP_WORDS: Readonly<Record<StepId, string>> = {
  look: 'Look at both servers',
  precheck: 'Checks before the start',
  connect: 'Connect, and wait for the snapshot',
  copy: 'Full copy',
  'catch-up': 'Catch up',
  'in-step': 'In step',
  compare: 'Compare every key',
  gate: 'Checklist',
  drain: 'Apply what the source wrote last',
  noticed: 'Loss noticed',
  'rest-applied': 'Rest applied',
  'expiry-exact': 'Expiry made exact',
  answers: 'Target answers a write and a read',
  'own-check': 'Your own check',
  free: 'Target free to be used',
  'go-on': 'Go on, until in step again',
  'copy-again': 'New full copy, until in step again',
  clean: 'Clean the target',
};

/** `Redis 7.0.15, cluster of 3 shards` */
export const describeServer = ({ product, version, cluster, shards }: RehearsedSide): string => {
  const of = shards === undefined ? '' : ` of ${shards} ${shards === 1 ? 'shard' : 'shards'}`;
  return `${product} ${version}${cluster ? `, cluster${of}` : ''}`;
};
