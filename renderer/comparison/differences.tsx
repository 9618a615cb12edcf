import { Button, TextInput } from '@mantine/core';
import { Download, Search } from 'lucide-react';
import { useDeferredValue, useMemo, useState, type ReactElement } from 'react';
import type { ComparisonState } from '../../shared/contract/api.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import type { CompareReport } from '../../shared/model/comparison.ts';
import { useTaskStore } from '../state/tasks.ts';
import classes from './comparison.module.css';
import { differencesAsCsv } from './csv.ts';
import { DifferenceList } from './difference-list.tsx';
import { databaseNames, filterDifferences } from './difference-words.ts';
import { exportFileName } from '../export/file-name.ts';
import { comparisonAsJson } from './json.ts';
import { saveFile } from '../export/save-file.ts';

interface DifferencesProps {
  readonly id: string;
  readonly state: ComparisonState;
  readonly report: CompareReport;
}

/** The keys that differ, with a filter, and as files. */
export function Differences({ id, state, report }: DifferencesProps): ReactElement {
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text);
  const { databases, differences, differencesTotal } = report;
  const names = useMemo(() => databaseNames(databases), [databases]);
  const shown = useMemo(() => filterDifferences(differences, wanted, names), [differences, wanted, names]);
  const task = useTaskStore(({ byId }) => byId[id]?.name) ?? id;
  const atMs = state.endedAtMs ?? state.startedAtMs ?? 0;
  const counts = `${formatCount(shown.length)} of ${formatCount(differencesTotal)} shown`;
  const cut =
    differences.length < differencesTotal
      ? `; the list holds the first ${formatCount(differences.length)}`
      : '';
  return (
    <div>
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
        <span role="status" className={classes.shown}>
          {counts}
          {cut}
        </span>
        <Button
          leftSection={<Download size={14} aria-hidden />}
          onClick={() =>
            saveFile(
              exportFileName(task, 'differences', atMs, 'csv'),
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
              exportFileName(task, 'differences', atMs, 'json'),
              'application/json',
              comparisonAsJson(task, state, report),
            )
          }
        >
          JSON
        </Button>
      </div>
      <DifferenceList differences={shown} names={names} />
    </div>
  );
}
