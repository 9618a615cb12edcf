import { TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useFormContext } from 'react-hook-form';
import type { Draft } from '../../../shared/model/profile.ts';
import { UNREADABLE } from '../draft/draft-form.ts';
import { formatDatabaseList, parseDatabaseList } from './database-list.ts';
import { beyondRows, type DatabaseRow } from './database-rows.ts';

/**
 * Databases that have no box of their own, typed as `0, 2, 5-7`. A text that cannot be read changes nothing, says so, and
 * is in the way of the next step.
 */
export function NumberedDatabases({
  rows,
  chosen,
  problem,
  onChange,
}: {
  readonly rows: readonly DatabaseRow[];
  readonly chosen: readonly number[];
  readonly problem: string | undefined;
  readonly onChange: (chosen: number[]) => void;
}): ReactElement {
  const { setError, clearErrors } = useFormContext<Draft>();
  const [text, setText] = useState<string | null>(null);
  const [boxes, setBoxes] = useState<readonly number[]>([]);
  const typed = beyondRows(chosen, rows);

  // On the way to 20 somebody types 2: what was chosen by its box is added to what stands here, not to what stood here.
  const enter = (): void => setBoxes(chosen.filter((db) => !typed.includes(db)));
  const type = (next: string): void => {
    setText(next);
    const { numbers, problem: unreadable } = parseDatabaseList(next);
    if (numbers === null) return setError('databases', { type: UNREADABLE, message: unreadable });
    clearErrors('databases');
    onChange([...new Set([...boxes, ...numbers])].sort((a, b) => a - b));
  };
  const leave = (): void => {
    if (text === null || parseDatabaseList(text).numbers !== null) setText(null);
  };
  return (
    <TextInput
      size="xs"
      name="databases"
      label={rows.length === 0 ? 'Databases, by number' : 'Further databases, by number'}
      placeholder="0, 2, 5-7"
      autoComplete="off"
      spellCheck={false}
      value={text ?? formatDatabaseList(typed)}
      onFocus={enter}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={leave}
      error={problem}
    />
  );
}
