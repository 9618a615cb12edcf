import { useState, type ReactElement } from 'react';
import type { ComparisonState } from '../../shared/contract/api.ts';
import type { Difference } from '../../shared/model/comparison.ts';
import { FaultAlert } from '../components/fault-alert.tsx';
import { useRequest } from '../state/client.tsx';
import { changesBetween } from './changes.ts';
import { ComparisonResult } from './comparison-result.tsx';
import type { SelectedKeysOf } from './differences.tsx';
import { KeptChoice } from './kept-choice.tsx';
import classes from './comparison.module.css';

interface ShownComparisonProps {
  readonly id: string;
  readonly name: string;
  /** The last one. */
  readonly newest: ComparisonState;
  readonly onOpenKey: ((difference: Difference) => void) | undefined;
  /** Of the last one alone. */
  readonly selectedKeys: SelectedKeysOf | undefined;
}

/** The last comparison, or an earlier one that is kept, and what has changed since another one. */
export function ShownComparison(props: ShownComparisonProps): ReactElement {
  const { id, name, newest, onOpenKey, selectedKeys } = props;
  const { data: kept = [] } = useRequest('comparison.kept', { id });
  const newestMs = newest.startedAtMs ?? 0;
  const [chosenMs, setChosenMs] = useState<{ readonly of: number; readonly startedAtMs: number }>();
  const [withMs, setWithMs] = useState<number | null>(null);
  // A new result is shown by itself.
  const shownMs = chosenMs?.of === newestMs ? chosenMs.startedAtMs : newestMs;
  const shown = useKept(id, newest, shownMs);
  const before = useKept(id, newest, withMs !== null && withMs < shownMs ? withMs : null);
  const { report } = shown.state ?? {};
  const earlier = before.state?.report;
  return (
    <div className={classes.result}>
      <KeptChoice
        kept={kept}
        shown={shownMs}
        onShow={(startedAtMs) => setChosenMs({ of: newestMs, startedAtMs })}
        with={withMs !== null && withMs < shownMs ? withMs : null}
        onWith={setWithMs}
      />
      {(shown.fault ?? before.fault) && <FaultAlert compact fault={(shown.fault ?? before.fault)!} />}
      {shown.state && report && (
        <ComparisonResult
          key={shownMs}
          id={id}
          name={name}
          state={shown.state}
          report={report}
          since={
            earlier && before.state
              ? { state: before.state, changes: changesBetween(earlier, report) }
              : undefined
          }
          onOpenKey={onOpenKey}
          selectedKeys={shownMs === newestMs ? selectedKeys : undefined}
        />
      )}
    </div>
  );
}

/** The newest one is here already; others are asked for. null asks for nothing. */
function useKept(
  id: string,
  newest: ComparisonState,
  startedAtMs: number | null,
): {
  readonly state: ComparisonState | undefined;
  readonly fault: Parameters<typeof FaultAlert>[0]['fault'] | null;
} {
  const isNewest = startedAtMs === newest.startedAtMs;
  const asked = startedAtMs !== null && !isNewest;
  const { data, error } = useRequest(
    'comparison.read',
    { id, startedAtMs: startedAtMs ?? 0 },
    { enabled: asked, freshForMs: Number.POSITIVE_INFINITY, forgets: true },
  );
  if (isNewest) return { state: newest, fault: null };
  return asked ? { state: data, fault: error } : { state: undefined, fault: null };
}
