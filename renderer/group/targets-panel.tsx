import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { Panel } from '../components/panel.tsx';
import { TargetRow } from './target-row.tsx';
import classes from './group.module.css';

/** Target by target: how it is, how far it is behind, what it holds, and what waits for it here. Of many it scrolls. */
export const TargetsPanel = ({ ids }: { readonly ids: readonly string[] }): ReactElement => (
  <Panel title="Targets" flush>
    <div className={classes.box} tabIndex={0} role="group" aria-label="Targets of the group">
      <Table verticalSpacing={6} className={classes.table} highlightOnHover aria-label="Targets">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Target</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">Lag</Table.Th>
            <Table.Th scope="col">Applied</Table.Th>
            <Table.Th scope="col">Keys</Table.Th>
            <Table.Th scope="col">Drift</Table.Th>
            <Table.Th scope="col">Waiting here</Table.Th>
            <Table.Th scope="col">
              <span className={classes.hidden}>Actions</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ids.map((id) => (
            <TargetRow key={id} id={id} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  </Panel>
);
