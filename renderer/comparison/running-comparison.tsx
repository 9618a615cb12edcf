import type { ReactElement } from 'react';
import type { ComparisonState } from '../../shared/contract/api.ts';
import { useAction } from '../state/client.tsx';
import { ComparisonProgress } from './comparison-progress.tsx';
import classes from './comparison.module.css';
import { PaceField } from './pace-field.tsx';

/** How far a comparison is, and how fast it may be. */
export function RunningComparison({
  id,
  state: { progress, startedAtMs, choice, paused = false },
}: {
  readonly id: string;
  readonly state: ComparisonState;
}): ReactElement {
  const pace = useAction('comparison.pace', { refreshes: ['comparison.state'] });
  const limit = choice?.maxKeysPerSecond ?? null;
  return (
    <div className={classes.running}>
      <ComparisonProgress {...{ id, progress, startedAtMs, paused }} paceOf={`${paused} ${limit}`} />
      {choice?.level !== 'count' && (
        <PaceField
          whenLeft
          value={limit}
          onChange={(maxKeysPerSecond) => void pace.run({ id, maxKeysPerSecond })}
        />
      )}
    </div>
  );
}
