import type { ReactElement } from 'react';
import { Panel } from '../components/panel.tsx';
import { TableFrame, type TableHead } from '../components/table-frame.tsx';
import { TargetRow } from './target-row.tsx';
import classes from './group.module.css';

const HEADS: readonly TableHead[] = [
  { name: 'Target' },
  { name: 'State' },
  { name: 'Lag' },
  { name: 'Applied' },
  { name: 'Keys' },
  { name: 'Drift' },
  { name: 'Waiting here' },
  { name: 'Actions', hidden: true },
];

/** Target by target: how it is, how far it is behind, what it holds, and what waits for it here. */
export const TargetsPanel = ({ ids }: { readonly ids: readonly string[] }): ReactElement => (
  <Panel title="Targets" flush>
    <TableFrame
      label="Targets"
      heads={HEADS}
      mostHeightRem={32}
      leastWidthRem={60}
      rowSpacingPx={6}
      className={classes.table}
    >
      {ids.map((id) => (
        <TargetRow key={id} id={id} />
      ))}
    </TableFrame>
  </Panel>
);
