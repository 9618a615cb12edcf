import type { ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import type { Draft } from '../../../shared/model/profile.ts';
import { Panel } from '../../components/panel.tsx';
import { useClusterSides } from '../cluster/cluster-sides.ts';
import { Choices } from '../step/choices.tsx';

/** Whose stream is read of a source that is a cluster; not asked where it is not known to be one. */
export function ReadFromChoice({ always }: { readonly always: boolean }): ReactElement | null {
  const readFrom = useWatch<Draft, 'readFrom'>({ name: 'readFrom' });
  const { source } = useClusterSides();
  if (!source && !always && readFrom === 'primaries') return null;
  return (
    <Panel title="Reading a cluster">
      <Choices
        name="readFrom"
        label="Snapshot and changes of each shard come from"
        choices={[
          {
            value: 'primaries',
            label: 'Its primary',
            text: 'Changes arrive the soonest. The primary forks for the snapshot, and holds in its memory what waits to be sent.',
          },
          {
            value: 'replicas',
            label: 'One of its replicas',
            text: 'That work falls to a replica, and to the primary only while the shard has no replica that is well. How far the primary is, and the values of single keys, are still asked of the primary, and a comparison reads it.',
          },
        ]}
      />
    </Panel>
  );
}
