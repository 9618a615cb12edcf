import { formatCount } from '../../shared/format/numbers.ts';
import { useConfirm } from '../components/confirm.tsx';
import { useAction } from '../state/client.tsx';

/**
 * Asks before two servers are forgotten, with their passwords and what came of them, which is so many of `kept` (`result`, `report`).
 * Resolves true when they are.
 */
export function useDeletePair(
  what: 'comparison' | 'rehearsal',
  kept: string,
): {
  readonly ask: (id: string, name: string, results: number) => Promise<boolean>;
  readonly running: boolean;
} {
  const { run, running } = useAction('draft.delete', { refreshes: ['draft.list'] });
  const confirm = useConfirm();
  return {
    running,
    ask: async (id, name, results) => {
      const more =
        results === 0 ? '' : `, and ${formatCount(results)} kept ${kept}${results === 1 ? '' : 's'}`;
      const sure = await confirm({
        title: `Delete the ${what} “${name}”?`,
        body: `What was entered is removed, its passwords too${more}. No server is touched.`,
        confirm: `Delete the ${what}`,
        danger: true,
      });
      return sure && (await run({ id })) !== undefined;
    },
  };
}
