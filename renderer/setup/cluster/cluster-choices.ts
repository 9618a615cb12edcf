import { intoDatabase } from '../../../shared/model/database-map.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import type { ClusterSides } from './cluster-sides.ts';

/** What does not hold of a choice where a side is a cluster. */
export interface ChoiceNote {
  /** Such a task does not get past the precheck, or nothing would be copied. */
  readonly tone: 'warn' | 'calm';
  readonly text: string;
}

function which({ source, target, targets }: ClusterSides): string {
  if (source) return target ? 'Both sides are clusters' : 'The source is a cluster';
  return targets === 1 ? 'The target is a cluster' : 'A target is a cluster';
}

/** To the choice of databases; null stands for all of them. */
export function noteOnDatabases(
  sides: ClusterSides,
  { databases, databaseMap }: Pick<Draft, 'databases' | 'databaseMap'>,
  used: readonly number[],
): ChoiceNote | null {
  const { source, target } = sides;
  if (!source && !target) return null;
  const taken = databases ?? used;
  const map = databases === null ? [] : databaseMap;
  const beyond = taken.filter((db) => intoDatabase(db, map) > 0);
  const [first] = beyond;
  if (target && sides.several && beyond.length > 0)
    return {
      tone: 'calm',
      text: `${which(sides)} of Valkey, which keeps as many databases as cluster-databases says; the precheck looks whether all that are taken have a place.`,
    };
  if (target && beyond.length > 0) {
    const way =
      databases?.length === 1
        ? first === 0
          ? 'Let it keep its own number below.'
          : `Put it into 0: ${first}:0 below.`
        : `Take one alone: database 0, or another that is put into 0, as with ${first}:0.`;
    return {
      tone: 'warn',
      text: `${which(sides)}, and clusters have database 0 alone: others have no place there, and the precheck fails. ${way}`,
    };
  }
  if (source && databases !== null && !databases.includes(0))
    return {
      tone: 'warn',
      text: `${which(sides)}: its keys are in database 0, of which nothing would be copied.`,
    };
  const [only] = taken;
  const from =
    target && only !== undefined && only > 0 ? `; those of database ${only} of the source go there` : '';
  return { tone: 'calm', text: `${which(sides)}: keys are in database 0 there${from}.` };
}

/** To import-mode of the target. */
export const noteOnImportMode = (sides: ClusterSides, importMode: Draft['importMode']): ChoiceNote | null =>
  importMode === 'use' && (sides.source || sides.target)
    ? {
        tone: 'warn',
        text: `${which(sides)}: import-mode is left alone there, so keys go late, as above.`,
      }
    : null;
