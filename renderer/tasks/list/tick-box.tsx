import { Checkbox } from '@mantine/core';
import type { ReactElement } from 'react';
import { select, useTicked } from './selection.ts';

export interface TickBoxProps {
  readonly ids: readonly string[];
  /** What is selected: `Orders`. */
  readonly what: string;
}

/** Ticks tasks, so that something can be done with several of them. */
export function TickBox({ ids, what }: TickBoxProps): ReactElement {
  const ticked = useTicked(ids);
  return (
    <Checkbox
      size="xs"
      aria-label={`Select ${what}`}
      checked={ticked === 'all' && ids.length > 0}
      indeterminate={ticked === 'some'}
      onChange={() => select(ids, ticked !== 'all')}
    />
  );
}
