import { Table } from '@mantine/core';
import { useMemo, type ReactElement } from 'react';
import { formatBytes, formatCount, formatKeys } from '../../../shared/format/numbers.ts';
import type { CompareReport } from '../../../shared/model/comparison.ts';
import type { Contents } from '../../../shared/model/contents.ts';
import { SLOT_COUNT } from '../../../shared/model/slot-ranges.ts';
import chartClasses from '../../charts/charts.module.css';
import { NameText } from '../../components/name-text.tsx';
import { TableFrame } from '../../components/table-frame.tsx';
import { encodingRows, expiryBars, sizeBars, slotBars, typeBars, type BothContents } from './bars.ts';
import { BarPanel, SIDE_WORDS } from './bar-panel.tsx';
import classes from './contents.module.css';

const SIDES = ['source', 'target'] as const;

/** What either side holds, where that was counted: by type, time to live, size and slot, and the largest keys. */
export function ContentsSection({ report }: { readonly report: CompareReport }): ReactElement | null {
  const { contents, sample, shards } = report;
  if (!contents) return null;
  const ofCluster = shards.source.length > 0 || shards.target.length > 0;
  return (
    <section className={`${chartClasses.charts} ${classes.section}`} aria-label="What is in there">
      <h3>What is in there</h3>
      <p>
        {SIDES.map((side) => describeSide(side, contents[side])).join(' ')}
        {sample && sample.share < 1 ? ' All figures are those of the sample.' : ''}
        {contents.source.exact && contents.target.exact
          ? ''
          : ' Keys in slots that changed hands meanwhile are counted twice, or not at all.'}
      </p>
      <Charts contents={contents} ofCluster={ofCluster} />
      <div className={classes.tables}>
        {SIDES.map((side) => (
          <Largest key={side} side={side} contents={contents[side]} />
        ))}
        <Encodings contents={contents} />
      </div>
    </section>
  );
}

function Charts({
  contents,
  ofCluster,
}: {
  readonly contents: BothContents;
  readonly ofCluster: boolean;
}): ReactElement {
  const types = useMemo(() => typeBars(contents), [contents]);
  const expiry = useMemo(() => expiryBars(contents), [contents]);
  const sizes = useMemo(() => sizeBars(contents), [contents]);
  const slots = useMemo(() => slotBars(contents), [contents]);
  return (
    <div className={chartClasses.grid}>
      <BarPanel title="Memory by type" steps="Type" unit="bytes" bars={types} />
      <BarPanel title="Keys by when they expire" steps="Expires" unit="count" bars={expiry} />
      <BarPanel title="Keys by size" steps="Memory" unit="count" bars={sizes} />
      {ofCluster && <BarPanel title="Keys by slot" steps="Slots" unit="count" bars={slots} />}
    </div>
  );
}

function describeSide(side: 'source' | 'target', { keys, bytes, slots, measured }: Contents): string {
  const [fullest] = slots.fullest;
  const most = fullest ? `, at most ${formatKeys(fullest.keys)} in one (${fullest.slot})` : '';
  const guessed = measured ? '' : ', guessed by lengths';
  return `${SIDE_WORDS[side]}: ${formatKeys(keys)} of about ${formatBytes(bytes)}${guessed}, in ${formatCount(slots.used)} of ${formatCount(SLOT_COUNT)} slots${most}.`;
}

const Largest = ({
  side,
  contents: { largest },
}: {
  readonly side: 'source' | 'target';
  readonly contents: Contents;
}): ReactElement => (
  <TableFrame
    label={`Largest keys of the ${side}`}
    heads={[
      { name: `Largest keys of the ${side}` },
      { name: 'DB', align: 'end' },
      { name: 'Type', align: 'end' },
      { name: 'Memory', align: 'end' },
    ]}
    mostHeightRem={18}
    leastWidthRem={20}
    rowSpacingPx={3}
    className={classes.figures}
  >
    {largest.map(({ db, key, type, bytes }) => (
      <Table.Tr key={`${db} ${key}`}>
        <Table.Th scope="row" className={classes.key ?? ''}>
          <NameText name={key} />
        </Table.Th>
        <Table.Td>{db}</Table.Td>
        <Table.Td>{type}</Table.Td>
        <Table.Td>{formatBytes(bytes)}</Table.Td>
      </Table.Tr>
    ))}
  </TableFrame>
);

const Encodings = ({ contents }: { readonly contents: BothContents }): ReactElement => (
  <TableFrame
    label="How values are kept"
    heads={[
      { name: 'How values are kept' },
      { name: 'Source', align: 'end' },
      { name: 'Target', align: 'end' },
    ]}
    mostHeightRem={18}
    leastWidthRem={16}
    rowSpacingPx={3}
    className={classes.figures}
  >
    {encodingRows(contents).map(({ name, source, target }) => (
      <Table.Tr key={name}>
        <Table.Th scope="row">{name}</Table.Th>
        <Table.Td>{formatCount(source)}</Table.Td>
        <Table.Td>{formatCount(target)}</Table.Td>
      </Table.Tr>
    ))}
  </TableFrame>
);
