import { TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { formatDatabaseList, parseDatabaseList } from './database-list.ts';

/** Databases typed as `0, 2, 5-7`. A text that cannot be read changes nothing and says so. */
export function NumberedDatabases({
  label,
  value,
  problem,
  onChange,
}: {
  readonly label: string;
  readonly value: readonly number[];
  readonly problem: string | undefined;
  readonly onChange: (numbers: number[]) => void;
}): ReactElement {
  const [text, setText] = useState<string | null>(null);
  const [unreadable, setUnreadable] = useState<string | null>(null);

  const type = (typed: string): void => {
    setText(typed);
    const list = parseDatabaseList(typed);
    setUnreadable(list.problem);
    if (list.numbers) onChange(list.numbers);
  };
  const leave = (): void => {
    if (unreadable === null) setText(null);
  };
  return (
    <TextInput
      size="xs"
      label={label}
      placeholder="0, 2, 5-7"
      autoComplete="off"
      spellCheck={false}
      value={text ?? formatDatabaseList(value)}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={leave}
      error={unreadable ?? problem}
    />
  );
}
