import type { TaskQuestion } from '../model/task-question.ts';
import { formatCount, formatKeys } from './numbers.ts';

/** What is asked, with both counts; without a full stop. */
export const describeQuestion = ({ snapshotKeys, targetKeys, goneKeys }: TaskQuestion): string =>
  `a new full copy would remove ${formatCount(goneKeys)} of the ${formatKeys(targetKeys)} that the target holds of this task; the source has ${formatKeys(snapshotKeys)} now`;
