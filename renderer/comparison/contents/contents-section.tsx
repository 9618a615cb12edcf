import { Table } from '@mantine/core';
import { useMemo, type ReactElement } from 'react';
import {
  encodingRows,
  expiryBars,
  sizeBars,
  slotBars,
  typeBars,
} from '../../../shared/format/contents-bars.ts';
import {
  CONTENTS_SIDES,
  describeInexact,
  describeSideContents,
} from '../../../shared/format/contents-words.ts';
import { formatBytes, formatCount } from '../../../shared/format/numbers.ts';
import type { BothContents, Contents } from '../../../shared/model/contents.ts';
import chartClasses from '../../charts/charts.module.css';
import { NameText } from '../../components/name-text.tsx';
import { TableFrame } from '../../components/table-frame.tsx';
import { BarPanel } from './bar-panel.tsx';
import classes from './contents.module.css';

interface ContentsSectionProps {
  /** Nothing is shown where it was not counted. */
  readonly contents: BothContents | undefined;
  /** Not of all keys. */
  readonly ofSample?: boolean;
  /** Slots are drawn. */
  readonly ofCluster: boolean;
}

/** What either side holds, where that was counted: by type, time to live, size and slot, and the largest keys. */
export function ContentsSection({
  contents,
  ofSample = false,
  ofCluster,
}: ContentsSectionProps): ReactElement | null {
  if (!contents) return null;
  return (
    <section className={`${chartClasses.charts} ${classes.section}`} aria-label="What is in there">
      <h3>What is in there</h3>
      <p>
        {CONTENTS_SIDES.map((side) => describeSideContents(side, contents[side])).join(' ')}
        {ofSample && ' All figures are those of the sample.'} {describeInexact(contents)}
      </p>
      <Charts contents={contents} ofCluster={ofCluster} />
      <div className={classes.tables}>
        {CONTENTS_SIDES.map((side) => (
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
