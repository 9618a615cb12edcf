import { Spotlight } from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import classes from './palette.module.css';
import { fitting } from './fits-query.ts';
import { useCommands } from './use-commands.ts';

/** More than anybody reads; a word more finds the rest. */
const MOST_SHOWN = 12;

/** Ctrl+K: whatever can be done from anywhere, found by its words. */
export function CommandPalette(): ReactElement {
  const commandsNow = useCommands();
  const [query, setQuery] = useState('');
  const [commands, setCommands] = useState<ReturnType<typeof commandsNow>>([]);
  const shown = fitting(commands, query).slice(0, MOST_SHOWN);
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut="mod + K"
      lockScroll={false}
      clearQueryOnClose
      attributes={{ content: { 'aria-label': 'What to do' } }}
      classNames={{ actionDescription: classes.description ?? '' }}
      onSpotlightOpen={() => setCommands(commandsNow())}
    >
      <Spotlight.Search
        aria-label="What to do"
        placeholder="What to do: a task, a page, an action"
        leftSection={<Search size={16} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {shown.map(({ id, label, description, Icon, run }) => (
          <Spotlight.Action
            key={id}
            label={label}
            {...(description !== undefined && { description })}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => void run()}
          />
        ))}
        {shown.length === 0 && <Spotlight.Empty>Nothing has these words.</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
