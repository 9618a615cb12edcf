import { formatCount } from '../../shared/format/numbers.ts';
import { useConfirm } from '../components/confirm.tsx';
import { useAction } from '../state/client.tsx';

/** Asks before two servers are forgotten, with their passwords and results. Resolves true when they are. */
export function useDeletePair(): {
  readonly ask: (id: string, name: string, results: number) => Promise<boolean>;
  readonly running: boolean;
} {
  const { run, running } = useAction('draft.delete', { refreshes: ['draft.list'] });
  const confirm = useConfirm();
  return {
    running,
    ask: async (id, name, results) => {
      const kept =
        results === 0 ? '' : `, and ${formatCount(results)} kept ${results === 1 ? 'result' : 'results'}`;
      const sure = await confirm({
        title: `Delete the comparison “${name}”?`,
        body: `What was entered is removed, its passwords too${kept}. No server is touched.`,
        confirm: 'Delete the comparison',
        danger: true,
      });
      return sure && (await run({ id })) !== undefined;
    },
  };
}
