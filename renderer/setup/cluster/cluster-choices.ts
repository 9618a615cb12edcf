import type { Draft } from '../../../shared/model/profile.ts';
import type { ClusterSides } from './cluster-sides.ts';

/** What does not hold of a choice where a side is a cluster. */
export interface ChoiceNote {
  /** Such a task does not get past the precheck, or nothing would be copied. */
  readonly tone: 'warn' | 'calm';
  readonly text: string;
}

const which = ({ source, target }: ClusterSides): string =>
  source && target ? 'Both sides are clusters' : source ? 'The source is a cluster' : 'A target is a cluster';

/** To overwriting keys that stand on the target. */
export const noteOnExisting = (sides: ClusterSides): ChoiceNote | null =>
  sides.source
    ? {
        tone: 'warn',
        text: `${which(sides)}: the target has to be empty when the task begins, whatever is chosen here. Where keys stand the precheck fails, and nothing is written.`,
      }
    : null;

/** To the choice of databases; null stands for all of them. */
export function noteOnDatabases(
  sides: ClusterSides,
  databases: Draft['databases'],
  used: readonly number[],
): ChoiceNote | null {
  const { source, target } = sides;
  if (!source && !target) return null;
  const beyond = (databases ?? used).some((db) => db > 0);
  if (target && beyond)
    return {
      tone: 'warn',
      text: `${which(sides)}, and clusters have database 0 alone: others have no place there, and the precheck fails. Take only database 0.`,
    };
  if (source && databases !== null && !databases.includes(0))
    return {
      tone: 'warn',
      text: `${which(sides)}: its keys are in database 0, of which nothing would be copied.`,
    };
  return { tone: 'calm', text: `${which(sides)}: keys are in database 0 there.` };
}

/** To import-mode of the target. */
export const noteOnImportMode = (sides: ClusterSides, importMode: Draft['importMode']): ChoiceNote | null =>
  importMode === 'use' && (sides.source || sides.target)
    ? {
        tone: 'warn',
        text: `${which(sides)}: import-mode is left alone there, so keys go late, as above.`,
      }
    : null;
