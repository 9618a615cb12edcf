import type { ReactElement } from 'react';
import type { Difference } from '../../shared/model/comparison.ts';
import { VirtualRows } from '../components/virtual-rows.tsx';
import classes from './comparison.module.css';
import { KIND_WORDS, nameOfDatabase, type DatabaseNames } from './difference-words.ts';

const ROW_HEIGHT_PX = 27;

/** Keys that differ, one a row, with what either side holds. */
export const DifferenceList = ({
  differences,
  names,
}: {
  readonly differences: readonly Difference[];
  readonly names: DatabaseNames;
}): ReactElement => (
  <div className={classes.list}>
    <VirtualRows
      label="Keys that differ"
      count={differences.length}
      rowHeightPx={ROW_HEIGHT_PX}
      rowKey={(index) => {
        const difference = differences[index];
        return difference ? `${difference.db} ${difference.kind} ${difference.key} ${index}` : index;
      }}
      head={
        <div role="row" className={`${classes.row} ${classes.head}`}>
          <span role="columnheader">DB</span>
          <span role="columnheader">Key</span>
          <span role="columnheader">Difference</span>
          <span role="columnheader">Source</span>
          <span role="columnheader">Target</span>
        </div>
      }
    >
      {(index) => {
        const difference = differences[index];
        return difference && <Row difference={difference} names={names} />;
      }}
    </VirtualRows>
  </div>
);

const Row = ({
  difference: { db, key, kind, source, target },
  names,
}: {
  readonly difference: Difference;
  readonly names: DatabaseNames;
}): ReactElement => (
  <div role="presentation" className={classes.row}>
    <span role="cell">{nameOfDatabase(db, names)}</span>
    <span role="cell" className={`${classes.cell} ${classes.key}`}>
      {key}
    </span>
    <span role="cell">{KIND_WORDS[kind]}</span>
    <span role="cell" className={classes.cell}>
      {source}
    </span>
    <span role="cell" className={classes.cell}>
      {target}
    </span>
  </div>
);
