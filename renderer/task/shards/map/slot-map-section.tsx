import { Button } from '@mantine/core';
import { Grid3x3 } from 'lucide-react';
import { useId, useMemo, useState, type ReactElement } from 'react';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import { useTaskPart } from '../../use-task-part.ts';
import { slotCells, type MappedShard } from './slot-cells.ts';
import { SlotLegend } from './slot-legend.tsx';
import { SlotMap, type SlotMapWords } from './slot-map.tsx';
import classes from './slot-map.module.css';

export interface SlotMapSectionProps {
  readonly id: string;
  readonly words: SlotMapWords;
  /** The same function each time. */
  readonly pick: (view: TaskView) => readonly MappedShard[];
}

/** The map of slots, once somebody asks for it. */
export function SlotMapSection(props: SlotMapSectionProps): ReactElement {
  const [open, setOpen] = useState(false);
  const content = useId();
  return (
    <div className={classes.section}>
      <Button
        leftSection={<Grid3x3 size={14} aria-hidden />}
        aria-expanded={open}
        {...(open && { 'aria-controls': content })}
        onClick={() => setOpen(!open)}
      >
        {open ? 'Hide the slot map' : 'Show the slot map'}
      </Button>
      {open && (
        <div id={content}>
          <OpenMap {...props} />
        </div>
      )}
    </div>
  );
}

function OpenMap({ id, words, pick }: SlotMapSectionProps): ReactElement {
  const shards = useTaskPart(id, pick) ?? NO_SHARDS;
  const cells = useMemo(() => slotCells(shards), [shards]);
  return (
    <div className={classes.content}>
      <SlotMap cells={cells} shards={shards} words={words} />
      <SlotLegend cells={cells} shards={shards} words={words} />
    </div>
  );
}

const NO_SHARDS: readonly MappedShard[] = [];
