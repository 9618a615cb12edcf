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
  onOpenKey,
}: {
  readonly differences: readonly Difference[];
  readonly names: DatabaseNames;
  /** Makes a key something that can be opened. */
  readonly onOpenKey?: ((difference: Difference) => void) | undefined;
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
        return difference && <Row difference={difference} names={names} onOpenKey={onOpenKey} />;
      }}
    </VirtualRows>
  </div>
);

const Row = ({
  difference,
  names,
  onOpenKey,
}: {
  readonly difference: Difference;
  readonly names: DatabaseNames;
  readonly onOpenKey: ((difference: Difference) => void) | undefined;
}): ReactElement => {
  const { db, key, kind, source, target } = difference;
  return (
    <div role="presentation" className={classes.row}>
      <span role="cell">{nameOfDatabase(db, names)}</span>
      <span role="cell" className={`${classes.cell} ${classes.key}`}>
        {onOpenKey && db !== null ? (
          <button type="button" className={classes.opens} onClick={() => onOpenKey(difference)}>
            {key}
          </button>
        ) : (
          key
        )}
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
};
