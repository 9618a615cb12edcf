import type { RehearsalKind } from '../../shared/rehearsal/report.ts';

/** What each kind does, and what it does to either side. */
export const KINDS: readonly {
  readonly kind: RehearsalKind;
  readonly label: string;
  readonly text: string;
  readonly source: string;
  readonly target: string;
}[] = [
  {
    kind: 'copy',
    label: 'A full copy',
    text: 'Checks both servers, copies everything, keeps the target in step for a while, and compares every key: how long all of that takes, and what the source feels of it.',
    source: 'Sends one snapshot, as to a new replica. Nothing is written to it.',
    target:
      'Has to be empty. At the end you are asked whether it is emptied again, with the number of keys, or kept.',
  },
  {
    kind: 'failover',
    label: 'The loss of the source',
    text: 'Brings the pair in step. At a moment of your choice the link to the source is cut: what would be lost, and how long until the target serves.',
    source: 'Nothing is done to it, and its clients notice nothing.',
    target:
      'Is then yours to try. Afterwards the pair goes on where it stood, or, where somebody wrote to the target, by a new copy that you are asked about.',
  },
  {
    kind: 'cutover',
    label: 'A planned move',
    text: 'Brings the pair in step, compares it, and shows a checklist that turns green by itself and names who is still in the way. The move itself is made only when you say so.',
    source: 'Nothing is done to it. You stop its writers yourself.',
    target: 'Gets the last writes, and is handed over to your clients, once you have agreed.',
  },
];

/** What has to be empty, or in step already, before it can begin. */
export const TASK_KINDS: readonly RehearsalKind[] = ['failover', 'cutover'];
export const PAIR_KINDS: readonly RehearsalKind[] = ['copy', 'failover', 'cutover'];
