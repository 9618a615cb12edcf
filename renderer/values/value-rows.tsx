import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import type { KeyRow, KeyRowKind } from '../../shared/model/key-reading.ts';
import { cellText } from './cell-text.ts';
import { CellView } from './cell-view.tsx';
import classes from './values.module.css';

const NAMES: Readonly<Record<KeyRowKind, string>> = {
  piece: 'From byte',
  element: 'Element',
  field: 'Field',
  member: 'Member',
  score: 'Score of',
  entry: 'Entry',
  detail: 'Stream',
  group: 'Group',
};

/** How an element stands on both sides: a sign, for those who see no colours, and words. */
export function standOf({ source, target, differs }: KeyRow): { sign: string; words: string } {
  if (!source) return { sign: '+', words: 'only on the target' };
  if (!target) return { sign: '−', words: 'missing on the target' };
  return differs ? { sign: '≠', words: 'differs' } : { sign: '=', words: 'same' };
}

/** Elements of a key, each beside its fellow on the other side. */
export const ValueRows = ({ rows }: { readonly rows: readonly KeyRow[] }): ReactElement => (
  <table className={classes.rows}>
    <thead>
      <tr>
        <th scope="col">
          <span className={classes.unseen}>Comparison</span>
        </th>
        <th scope="col">What</th>
        <th scope="col">Source</th>
        <th scope="col">Target</th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row, index) => (
        // Names may come twice while a hash is being written to, and rows are only added at the end.
        // oxlint-disable-next-line react/no-array-index-key
        <Row key={index} row={row} />
      ))}
    </tbody>
  </table>
);

function Row({ row }: { readonly row: KeyRow }): ReactElement {
  const { kind, index, name, source, target, differs } = row;
  const { sign, words } = standOf(row);
  return (
    <tr data-differs={differs}>
      <td className={classes.sign}>
        <span aria-hidden>{sign}</span>
        <span className={classes.unseen}>{words}</span>
      </td>
      <th scope="row">
        <span className={classes.kind}>{NAMES[kind]}</span>{' '}
        <span className={classes.name}>
          {index === null ? (name ? cellText(name).text : '') : formatCount(index)}
        </span>
      </th>
      <td>
        <CellView cell={source} kind={kind} />
      </td>
      <td>
        <CellView cell={target} kind={kind} />
      </td>
    </tr>
  );
}
