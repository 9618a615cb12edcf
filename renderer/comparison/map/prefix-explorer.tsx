import { SegmentedControl } from '@mantine/core';
import { useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { formatKeys } from '../../../shared/format/numbers.ts';
import type { CompareReport, Difference, PrefixReport } from '../../../shared/model/comparison.ts';
import { DriftMap } from './drift-map.tsx';
import type { MapArea } from './map-area.ts';
import { MapLegend } from './map-legend.tsx';
import { describeNode } from './node-words.ts';
import { PrefixPath } from './prefix-path.tsx';
import { PrefixTable } from './prefix-table.tsx';
import { findNode, keysOf, prefixRoot, withinOf, type PrefixNode } from './prefix-nodes.ts';
import classes from './drift-map.module.css';

const VIEWS = [
  { value: 'map', label: 'Map' },
  { value: 'table', label: 'Table' },
];

const AREAS = [
  { value: 'keys', label: 'Area: keys' },
  { value: 'memory', label: 'Area: memory' },
];

interface PrefixExplorerProps {
  readonly report: CompareReport;
  readonly byPrefix: PrefixReport;
  /** The list of keys that differ within the chosen prefix. */
  readonly children: (within: readonly Difference[]) => ReactNode;
}

/** Where two sides differ, by what names of keys begin with: a map or a table of one level, the way to it, and its keys. */
export function PrefixExplorer({ report, byPrefix, children }: PrefixExplorerProps): ReactElement | null {
  const root = useMemo(() => prefixRoot(byPrefix), [byPrefix]);
  const [chosen, setChosen] = useState('');
  const [view, setView] = useState('map');
  const [wanted, setWanted] = useState<MapArea>('keys');
  const node = root && (findNode(root, chosen) ?? root);
  const within = useMemo(
    () => (node ? report.differences.filter(withinOf(node)) : []),
    [node, report.differences],
  );
  if (!node) return null;
  const go = ({ id }: PrefixNode): void => setChosen(id);
  const { parent } = node;
  const measured = root.counts.bytes !== undefined;
  const area = measured ? wanted : 'keys';
  return (
    <div className={classes.explorer} data-keys={report.differences.length > 0 || undefined}>
      <section className={classes.prefixes} aria-label="Where keys differ">
        <div className={classes.head}>
          <PrefixPath node={node} onGo={go} />
          {measured && view === 'map' && (
            <SegmentedControl
              size="xs"
              aria-label="What the areas show"
              data={AREAS}
              value={area}
              onChange={(value) => setWanted(value === 'memory' ? 'memory' : 'keys')}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label="How prefixes are shown"
            data={VIEWS}
            value={view}
            onChange={setView}
          />
        </div>
        <p className={classes.note} role="status">
          {describeNode(node)}
        </p>
        {view === 'map' ? (
          <>
            <DriftMap
              key={node.id}
              node={node}
              area={area}
              onOpen={go}
              onUp={parent && (() => go(parent))}
              onSmaller={() => setView('table')}
            />
            <MapLegend />
          </>
        ) : (
          <PrefixTable key={node.id} node={node} onOpen={go} />
        )}
        <Limits report={report} byPrefix={byPrefix} />
      </section>
      {report.differences.length > 0 && children(within)}
    </div>
  );
}

/** What is not as exact as it looks. */
function Limits({
  report: { sample },
  byPrefix: { delimiters, prefixes, unlistedKeys, exact },
}: {
  readonly report: CompareReport;
  readonly byPrefix: PrefixReport;
}): ReactElement | null {
  const undivided = delimiters.filter(({ delimiter }) => delimiter === null).map(({ db }) => db);
  const notes = [
    ...(sample && sample.share < 1 ? ['All figures are those of the sample.'] : []),
    ...(undivided.length > 0
      ? [
          `Nothing divides the names in ${undivided.length === 1 ? 'database' : 'databases'} ${undivided.join(', ')}; another delimiter may.`,
        ]
      : []),
    ...(prefixes.some((one) => one.bytes !== undefined && (one.sizedKeys ?? 0) < keysOf(one))
      ? [
          'Memory is an estimate: keys that were not measured are taken for as large as those of their prefix.',
        ]
      : []),
    ...(unlistedKeys > 0
      ? [
          `${formatKeys(unlistedKeys)} count for a shorter prefix than their own, as there are more than 10,000.`,
        ]
      : []),
    ...(exact
      ? []
      : ['Keys in slots that changed hands meanwhile are counted twice; their differences are not.']),
  ];
  return notes.length === 0 ? null : <p className={classes.note}>{notes.join(' ')}</p>;
}
