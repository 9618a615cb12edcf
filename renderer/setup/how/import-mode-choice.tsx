import type { ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import { useStore } from 'zustand';
import type { Draft } from '../../../shared/model/profile.ts';
import { ShownNote } from '../cluster/choice-note.tsx';
import { noteOnImportMode } from '../cluster/cluster-choices.ts';
import { useClusterSides } from '../cluster/cluster-sides.ts';
import { useSetup } from '../draft/use-setup.ts';
import { Choices } from '../step/choices.tsx';
import { importModeMatters } from './import-mode-matters.ts';

/** Whether expiry on a Valkey target is exact; not asked where no target is known to have import-mode, or nothing follows the copy. */
export function ImportModeChoice({ always }: { readonly always: boolean }): ReactElement | null {
  const [targets, importMode, fullOnly] = useWatch<Draft, ['targets', 'importMode', 'fullOnly']>({
    name: ['targets', 'importMode', 'fullOnly'],
  });
  const known = useStore(useSetup().tests.store);
  const note = noteOnImportMode(useClusterSides(), importMode);
  const matters = importModeMatters(targets.flatMap(({ id }) => known[id]?.outcome?.summary ?? []));
  if (fullOnly || (importMode === 'leave' && !always && !matters)) return null;
  return (
    <Choices
      name="importMode"
      label="import-mode of a Valkey target (8.1 or later)"
      choices={[
        {
          value: 'leave',
          label: 'Leave that setting of the server alone',
          text: 'Keys go late there, as above.',
        },
        {
          value: 'use',
          label: 'Use it while the task runs',
          text: 'The target hides expired keys, and keeps them until the source removes them: they go at their true time. It holds for the whole server, so expired keys of its own stay in memory as well; if this machine dies, it stays on until the task runs again or its target is handed over.',
        },
      ]}
    >
      <ShownNote note={note} />
    </Choices>
  );
}
