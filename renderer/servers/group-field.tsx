import { Autocomplete } from '@mantine/core';
import type { ReactElement } from 'react';
import type { ServerView } from '../../shared/servers/saved-server.ts';

interface GroupFieldProps {
  readonly servers: readonly ServerView[];
  readonly value: string;
  readonly onChange: (group: string) => void;
}

/** A group by its name, one of those that there are or a new one. */
export const GroupField = ({ servers, value, onChange }: GroupFieldProps): ReactElement => (
  <Autocomplete
    size="xs"
    label="Group"
    placeholder="none"
    description="Servers of a group stand together in the list."
    data={[...new Set(servers.map(({ group }) => group))].filter((group) => group !== '').toSorted()}
    maxLength={100}
    value={value}
    onChange={onChange}
  />
);
