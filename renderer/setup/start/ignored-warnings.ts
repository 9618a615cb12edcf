import type { PrecheckState } from '../../../shared/contract/api.ts';
import type { EndpointForm } from '../../../shared/model/profile.ts';
import type { CheckId } from '../../../shared/model/precheck.ts';
import { checkRows } from '../../precheck/precheck-view.ts';
import { addressOf } from '../../../shared/model/server-address.ts';

export interface IgnoredCheck {
  /** Address of the target. */
  readonly target: string;
  readonly check: CheckId;
  readonly found: string;
}

/** The warnings that stand and are ignored, target by target; `states` has the order of the targets. */
export const ignoredWarnings = (
  targets: readonly EndpointForm[],
  states: readonly (PrecheckState | null)[],
): IgnoredCheck[] =>
  targets.flatMap((target, index) =>
    checkRows(states[index] ?? null)
      .filter(({ ignoredAtMs }) => ignoredAtMs !== null)
      .map(({ id, result }) => ({
        target: addressOf(target),
        check: id,
        found: result?.found ?? '',
      })),
  );
