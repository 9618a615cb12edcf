import { formatKeys } from '../../shared/format/numbers.ts';
import type { NamedKeyText } from '../../shared/model/key-repair.ts';
import { useConfirm } from '../components/confirm.tsx';
import { useAction, useRequest } from '../state/client.tsx';

export interface Repair {
  /** Of all keys that are listed where none are named. Asks first. */
  readonly copy: (keys: readonly NamedKeyText[] | undefined, count: number) => Promise<void>;
  readonly remove: (keys: readonly NamedKeyText[] | undefined, count: number) => Promise<void>;
  readonly recheck: {
    readonly ask: (keys?: readonly NamedKeyText[]) => Promise<unknown>;
    readonly running: boolean;
  };
  /** Keys are being brought. */
  readonly busy: boolean;
}

/** What can be done about keys that differ, each with its question. */
export function useRepair(id: string): Repair {
  const confirm = useConfirm();
  const repair = useAction('task.repair', { refreshes: ['task.repairState'] });
  const check = useAction('comparison.recheck', { refreshes: ['comparison.state'] });
  const { data: state } = useRequest('task.repairState', { id });
  const named = (keys: readonly NamedKeyText[] | undefined) => (keys ? { keys: [...keys] } : {});
  return {
    busy: repair.running || state?.status === 'running',
    copy: async (keys, count) => {
      const agreed = await confirm({
        title: `Copy ${formatKeys(count)} again?`,
        body: 'What the target holds under these names is replaced by what the source has, exactly, while the task goes on. Keys that the source does not have any more are left as they are.',
        confirm: `Copy ${formatKeys(count)} again`,
      });
      if (agreed) await repair.run({ id, kind: 'copy', ...named(keys) });
    },
    remove: async (keys, count) => {
      const agreed = await confirm({
        title: `Remove ${formatKeys(count)} from the target?`,
        body: `${formatKeys(count)} that only the target has will be gone from it for good. Each is looked for on the source once more before: what is there by then is left. What was on the target before the task stays.`,
        confirm: `Remove ${formatKeys(count)}`,
        danger: true,
      });
      if (agreed) await repair.run({ id, kind: 'remove', ...named(keys) });
    },
    recheck: { ask: (keys) => check.run({ id, ...named(keys) }), running: check.running },
  };
}
