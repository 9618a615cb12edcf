import { Button, CloseButton, TextInput } from '@mantine/core';
import { Download, Search } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatCount } from '../../../shared/format/numbers.ts';
import { exportTasks } from '../transfer/export-tasks.ts';
import classes from './list.module.css';
import { searchFor, useSearch } from './search.ts';
import { selectNone, useTickedOf } from './selection.ts';
import { SeveralActions } from './several-actions.tsx';

/** Above the list: what it is searched for, and what can be done with the tasks of it that are ticked. */
export function ListBar({ ids }: { readonly ids: readonly string[] }): ReactElement {
  const text = useSearch((search) => search.text);
  const ticked = useTickedOf(ids);
  return (
    <div className={classes.bar}>
      <TextInput
        size="xs"
        type="search"
        className={classes.search ?? ''}
        aria-label="Search the tasks"
        placeholder="Name, label, address or state"
        leftSection={<Search size={14} aria-hidden />}
        rightSection={
          text !== '' && <CloseButton size="xs" aria-label="Clear the search" onClick={() => searchFor('')} />
        }
        value={text}
        onChange={(event) => searchFor(event.currentTarget.value)}
      />
      {ticked.length > 0 && (
        <div className={classes.several} role="group" aria-label="What is done with the selected tasks">
          <span role="status">{formatCount(ticked.length)} selected</span>
          <SeveralActions ids={ticked} />
          <Button
            size="compact-sm"
            leftSection={<Download size={13} aria-hidden />}
            onClick={() => exportTasks(ticked)}
          >
            Export
          </Button>
          <CloseButton size="sm" aria-label="Select none" title="Select none" onClick={selectNone} />
        </div>
      )}
    </div>
  );
}
