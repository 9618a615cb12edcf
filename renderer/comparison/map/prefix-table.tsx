import { useMemo, useState, type ReactElement } from 'react';
import { formatBytes, formatCount } from '../../../shared/format/numbers.ts';
import { NameText } from '../../components/name-text.tsx';
import { VirtualRows } from '../../components/virtual-rows.tsx';
import { differingOf, type PrefixNode } from './prefix-nodes.ts';
import classes from './drift-map.module.css';

const ROW_HEIGHT_PX = 28;

/** Columns behind the name, by what they hold. */
const COLUMNS = [
  ['differing', 'Differ'],
  ['sourceKeys', 'Source'],
  ['targetKeys', 'Target'],
  ['missing', 'Missing'],
  ['extra', 'Extra'],
  ['value', 'Value'],
  ['type', 'Type'],
  ['expiry', 'Expiry'],
  ['bytes', 'Memory'],
] as const;
type Column = 'label' | (typeof COLUMNS)[number][0];

interface Order {
  readonly by: Column;
  readonly descending: boolean;
}

const figure = ({ counts }: PrefixNode, column: Exclude<Column, 'label'>): number =>
  column === 'differing' ? differingOf(counts) : (counts[column] ?? 0);

const shown = (node: PrefixNode, column: Exclude<Column, 'label'>): string => {
  if (column !== 'bytes') return formatCount(figure(node, column));
  return node.counts.bytes === undefined ? '–' : formatBytes(node.counts.bytes);
};

export function sorted(nodes: readonly PrefixNode[], { by, descending }: Order): PrefixNode[] {
  const way = descending ? -1 : 1;
  return nodes.toSorted((a, b) =>
    by === 'label'
      ? way * a.label.localeCompare(b.label, 'en', { numeric: true })
      : way * (figure(a, by) - figure(b, by)),
  );
}

/** The same as the map as a table: the parts of a prefix, in an order that one chooses. */
export function PrefixTable({
  node,
  onOpen,
}: {
  readonly node: PrefixNode;
  readonly onOpen: (node: PrefixNode) => void;
}): ReactElement {
  const [order, setOrder] = useState<Order>({ by: 'differing', descending: true });
  const rows = useMemo(() => sorted(node.children.length > 0 ? node.children : [node], order), [node, order]);
  const head = (column: Column, words: string): ReactElement => {
    const chosen = order.by === column;
    const arrow = chosen ? (order.descending ? ' ↓' : ' ↑') : '';
    return (
      <span
        key={column}
        role="columnheader"
        aria-sort={chosen ? (order.descending ? 'descending' : 'ascending') : 'none'}
      >
        <button
          type="button"
          onClick={() =>
            setOrder({ by: column, descending: chosen ? !order.descending : column !== 'label' })
          }
        >
          {words}
          <span aria-hidden>{arrow}</span>
        </button>
      </span>
    );
  };
  return (
    <div className={classes.table} data-tall={rows.length > 10 || undefined}>
      <VirtualRows
        label="Prefixes"
        count={rows.length}
        rowHeightPx={ROW_HEIGHT_PX}
        rowKey={(index) => rows[index]?.id ?? index}
        head={
          <div role="row" className={`${classes.row} ${classes.sorts}`}>
            {head('label', 'Prefix')}
            {COLUMNS.map(([column, words]) => head(column, words))}
          </div>
        }
      >
        {(index) => {
          const its = rows[index];
          return its && <Row node={its} opens={its !== node} onOpen={onOpen} />;
        }}
      </VirtualRows>
    </div>
  );
}

const Row = ({
  node,
  opens,
  onOpen,
}: {
  readonly node: PrefixNode;
  readonly opens: boolean;
  readonly onOpen: (node: PrefixNode) => void;
}): ReactElement => (
  <div role="presentation" className={classes.row}>
    <span role="cell">
      {opens ? (
        <button type="button" onClick={() => onOpen(node)}>
          <NameText name={node.label} />
        </button>
      ) : (
        <NameText name={node.label} />
      )}
    </span>
    {COLUMNS.map(([column]) => (
      <span key={column} role="cell">
        {shown(node, column)}
      </span>
    ))}
  </div>
);
