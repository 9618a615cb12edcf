import { Button, Select, TextInput } from '@mantine/core';
import { Download, Search } from 'lucide-react';
import { useDeferredValue, useMemo, useState, type ComponentType, type ReactElement } from 'react';
import type { ComparisonState } from '../../shared/contract/api.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import type { CompareReport, Difference, DifferenceKind } from '../../shared/model/comparison.ts';
import type { Changes } from './changes.ts';
import classes from './comparison.module.css';
import { differencesAsCsv } from './csv.ts';
import { DifferenceList } from './difference-list.tsx';
import { databaseNames, filterDifferences, KIND_WORDS } from './difference-words.ts';
import { exportFileName } from '../export/file-name.ts';
import { comparisonAsJson } from './json.ts';
import { saveFile } from '../export/save-file.ts';
import { useSelection } from './use-selection.ts';

interface DifferencesProps {
  readonly name: string;
  readonly state: ComparisonState;
  readonly report: CompareReport;
  /** Those of the chosen prefix. */
  readonly within: readonly Difference[];
  /** Since an earlier comparison. */
  readonly changes: Changes | undefined;
  readonly onOpenKey: ((difference: Difference) => void) | undefined;
  readonly selectedKeys: SelectedKeysOf | undefined;
}

/** What can be done about keys that are ticked; where it is left out, none can be. */
export type SelectedKeysOf = ComponentType<{
  readonly id: string;
  readonly picked: readonly Difference[];
}>;

/** The keys that differ, with filters, and as files, which hold all of them. */
export function Differences(props: DifferencesProps): ReactElement {
  const { name, state, report, within, changes, onOpenKey, selectedKeys: Selected } = props;
  const [text, setText] = useState('');
  const [only, setOnly] = useState('all');
  const wanted = useDeferredValue(text);
  const { databases, differences, differencesTotal } = report;
  const names = useMemo(() => databaseNames(databases), [databases]);
  const chosen = useMemo(() => choose(only, within, changes), [only, within, changes]);
  const shown = useMemo(() => filterDifferences(chosen, wanted, names), [chosen, wanted, names]);
  const selection = useSelection(shown);
  // What is gone does not differ any more.
  const ticks = Selected !== undefined && only !== 'gone';
  const atMs = state.endedAtMs ?? state.startedAtMs ?? 0;
  const cut =
    differences.length < differencesTotal
      ? `; the list holds the first ${formatCount(differences.length)} of ${formatCount(differencesTotal)} differences`
      : '';
  return (
    <section className={classes.keys} aria-label="Keys that differ">
      <div className={classes.tools}>
        <TextInput
          className={classes.filter}
          size="xs"
          type="search"
          aria-label="Filter by key, difference or value"
          placeholder="Filter by key, difference or value"
          leftSection={<Search size={14} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          size="xs"
          aria-label="Kind of difference"
          data={optionsOf(differences, changes)}
          value={only}
          allowDeselect={false}
          onChange={(value) => setOnly(value ?? 'all')}
        />
        <span role="status" className={classes.shown}>
          {formatCount(shown.length)} of {formatCount(within.length)} shown{cut}
        </span>
        <Button
          leftSection={<Download size={14} aria-hidden />}
          onClick={() =>
            saveFile(
              exportFileName(name, 'differences', atMs, 'csv'),
              'text/csv',
              differencesAsCsv(differences),
            )
          }
        >
          CSV
        </Button>
        <Button
          leftSection={<Download size={14} aria-hidden />}
          onClick={() =>
            saveFile(
              exportFileName(name, 'differences', atMs, 'json'),
              'application/json',
              comparisonAsJson(name, state, report),
            )
          }
        >
          JSON
        </Button>
      </div>
      {ticks && <Selected id={state.ownerId} picked={selection.picked} />}
      {shown.length > 0 ? (
        <DifferenceList
          differences={shown}
          names={names}
          onOpenKey={onOpenKey}
          selection={ticks ? selection : undefined}
        />
      ) : (
        <p className={classes.inSlots}>
          {within.length === 0
            ? 'No key that differs is listed for this prefix.'
            : 'No key fits the filters. Empty them to see all.'}
        </p>
      )}
    </section>
  );
}

const isKind = (value: string): value is DifferenceKind => Object.hasOwn(KIND_WORDS, value);

function choose(
  only: string,
  within: readonly Difference[],
  changes: Changes | undefined,
): readonly Difference[] {
  if (only === 'gone') return changes?.gone ?? [];
  if (only === 'fresh') {
    const fresh = new Set(changes?.fresh);
    return within.filter((difference) => fresh.has(difference));
  }
  return isKind(only) ? within.filter(({ kind }) => kind === only) : within;
}

/** Kinds that there are, and what has changed since an earlier comparison. */
function optionsOf(
  differences: readonly Difference[],
  changes: Changes | undefined,
): { value: string; label: string }[] {
  const kinds = new Set(differences.map(({ kind }) => kind));
  return [
    { value: 'all', label: 'All kinds' },
    ...[...kinds].map((kind) => ({ value: kind, label: KIND_WORDS[kind] })),
    ...(changes
      ? [
          { value: 'fresh', label: 'New since then' },
          { value: 'gone', label: 'Gone since then' },
        ]
      : []),
  ];
}
