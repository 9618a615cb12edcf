import type { RehearsalQuestion } from '../../../shared/rehearsal/rehearsal-state.ts';
import type { ProductionAct } from '../../../shared/servers/production.ts';

/** What agreeing to a question of a rehearsal does to its servers; undefined where nothing is written, removed or given up. */
export function rehearsedAct({ type }: RehearsalQuestion): ProductionAct | undefined {
  switch (type) {
    case 'cut':
    case 'free':
      return undefined;
    case 'copy-again':
      return 'copy-again';
    case 'clean':
      return 'clean-up';
    case 'cut-over':
      return 'cut-over';
  }
}
