import { Checkbox } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Difference } from '../../shared/model/comparison.ts';
import { NameText } from '../components/name-text.tsx';
import { VirtualRows } from '../components/virtual-rows.tsx';
import classes from './comparison.module.css';
import { KIND_WORDS, nameOfDatabase, type DatabaseNames } from './difference-words.ts';
import { isSelectable, type Selection } from './use-selection.ts';

const ROW_HEIGHT_PX = 27;

/** Keys that differ, one a row, with what either side holds. */
export const DifferenceList = ({
  differences,
  names,
  onOpenKey,
  selection,
}: {
  readonly differences: readonly Difference[];
  readonly names: DatabaseNames;
  /** Makes keys something that can be ticked. */
  readonly selection?: Selection | undefined;
  /** Makes a key something that can be opened. */
  readonly onOpenKey?: ((difference: Difference) => void) | undefined;
}): ReactElement => (
  <div className={classes.list} data-ticked={selection !== undefined || undefined}>
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
          {selection && (
            <span role="columnheader">
              <Checkbox
                size="xs"
                aria-label="Select all that are shown"
                checked={selection.share === 'all'}
                indeterminate={selection.share === 'some'}
                onChange={selection.toggleAll}
              />
            </span>
          )}
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
        return difference && <Row {...{ difference, names, onOpenKey, selection }} />;
      }}
    </VirtualRows>
  </div>
);

const Row = ({
  difference,
  names,
  onOpenKey,
  selection,
}: {
  readonly difference: Difference;
  readonly names: DatabaseNames;
  readonly onOpenKey: ((difference: Difference) => void) | undefined;
  readonly selection: Selection | undefined;
}): ReactElement => {
  const { db, key, kind, source, target } = difference;
  return (
    <div role="presentation" className={classes.row}>
      {selection && (
        <span role="cell">
          {isSelectable(difference) && (
            <Checkbox
              size="xs"
              aria-label={`Select ${key}`}
              checked={selection.has(difference)}
              onChange={() => selection.toggle(difference)}
            />
          )}
        </span>
      )}
      <span role="cell">{nameOfDatabase(db, names)}</span>
      <span role="cell" className={`${classes.cell} ${classes.key}`}>
        {onOpenKey && db !== null ? (
          <button type="button" className={classes.opens} onClick={() => onOpenKey(difference)}>
            <NameText name={key} />
          </button>
        ) : (
          <NameText name={key} />
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
