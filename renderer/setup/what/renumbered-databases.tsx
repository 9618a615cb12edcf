import { TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useFormContext } from 'react-hook-form';
import type { Draft } from '../../../shared/model/profile.ts';
import { UNREADABLE } from '../draft/draft-form.ts';
import { useDraftField } from '../step/use-draft-field.ts';
import { formatDatabasePairs, parseDatabasePairs } from './database-list.ts';

/** Databases that get another number on the target, typed as `3:0`. A text that cannot be read is in the way of the next step. */
export function RenumberedDatabases(): ReactElement {
  const { setError, clearErrors, getValues } = useFormContext<Draft>();
  const { value, change, leave, problem } = useDraftField('databaseMap');
  const compared = getValues('purpose') === 'compare';
  const [text, setText] = useState<string | null>(null);

  const type = (next: string): void => {
    setText(next);
    const { pairs, problem: unreadable } = parseDatabasePairs(next);
    if (pairs === null) return setError('databaseMap', { type: UNREADABLE, message: unreadable });
    clearErrors('databaseMap');
    change(pairs);
  };
  const blur = (): void => {
    if (text !== null && parseDatabasePairs(text).pairs === null) return;
    setText(null);
    leave();
  };
  return (
    <TextInput
      size="xs"
      name="databaseMap"
      label={compared ? 'With databases of other numbers' : 'Into databases of other numbers'}
      description={
        compared
          ? '3:0 compares database 3 of the source with 0 of the target. All others are compared with those of their own numbers.'
          : '3:0 puts database 3 of the source into 0 of the target. All others keep their numbers.'
      }
      placeholder="3:0"
      autoComplete="off"
      spellCheck={false}
      value={text ?? formatDatabasePairs(value)}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={blur}
      error={problem}
    />
  );
}
