import type { TaskOutlook } from '../model/task-outlook.ts';
import type { TaskSettings } from '../model/profile.ts';
import { formatCount, formatKeys } from './numbers.ts';

/** What the next start of a task comes to, sentence by sentence. */
export function describeOutlook(
  outlook: TaskOutlook,
  { existing }: Pick<TaskSettings, 'existing'>,
): string[] {
  const sentences = [whatStands(outlook), whatHappens(outlook, existing)];
  return sentences.filter((text) => text !== '');
}

function whatStands({ targetKeys, sourceKeys }: TaskOutlook): string {
  const target =
    targetKeys === null ? 'What is on the target is not known' : `The target holds ${formatKeys(targetKeys)}`;
  const source =
    sourceKeys === null ? 'what the source holds is not known' : `the source ${formatKeys(sourceKeys)}`;
  if (targetKeys === null && sourceKeys === null) return '';
  return `${target}, ${source} in the databases of the task.`;
}

function whatHappens(outlook: TaskOutlook, existing: TaskSettings['existing']): string {
  const { start, reason, targetKeys } = outlook;
  switch (start) {
    case 'resume':
      return `The task goes on from its checkpoint: the source still has what follows. ${sinceHandOver(outlook)}`.trim();
    case 'first-copy':
      if (!targetKeys) return 'It begins with a full copy.';
      return existing === 'fail'
        ? 'The target has no checkpoint of this task, and keys are there already: it refuses to begin.'
        : 'The target has no checkpoint of this task: a full copy overwrites keys of the same name, the others stay.';
    case 'new-copy':
      return `A new full copy is made: ${reason ?? 'the source no longer has what follows the checkpoint'}. ${whatItReplaces(outlook, existing)}`;
    case 'unknown':
      if (outlook.faults.length > 0 && outlook.sourceKeys !== null && targetKeys !== null)
        return 'It is refused, and nothing is changed:';
      return outlook.faults.length > 0
        ? 'What a start comes to is not known as long as not both servers can be looked at.'
        : 'Whether the source still has what follows the checkpoint it does not tell: if not, a new full copy is made, which replaces what the target holds.';
  }
}

function whatItReplaces({ targetKeys, writes }: TaskOutlook, existing: TaskSettings['existing']): string {
  if (writes !== 'none') {
    const others =
      writes === 'some'
        ? 'Others have written to the target since it was handed over'
        : 'Whether others have written to the target since it was handed over cannot be told';
    return existing === 'fail'
      ? `${others}, so it is refused, and nothing is changed.`
      : `${others}: all that is there is taken for the target’s own, of which names that the source has are overwritten.`;
  }
  const all =
    targetKeys === null ? 'what the target holds' : `the ${formatCount(targetKeys)} that the target holds`;
  return `The target stays as it is until the snapshot is here whole; then ${all} are replaced one by one, and those that the source no longer has are removed. Where that would be much, the task asks first.`;
}

function sinceHandOver({ writes }: TaskOutlook): string {
  if (writes === 'none') return '';
  return writes === 'some'
    ? 'Others have written to the target since it was handed over; what they changed stays.'
    : 'Whether others have written to the target since it was handed over cannot be told; if so, what they changed stays.';
}
