import { useState, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import { formatCount } from '../../../../shared/format/numbers.ts';
import { SLOT_COUNT } from '../../../../shared/model/slot-ranges.ts';
import { slotAfterKey, slotAt, SIDE, type MappedShard, type SlotCells } from './slot-cells.ts';
import { isMarked, type SlotMark } from './slot-marks.ts';
import { SlotOutlines } from './slot-outlines.tsx';
import classes from './slot-map.module.css';

/** Whose slots they are, and what those are called that nobody has. */
export interface SlotMapWords {
  readonly map: string;
  readonly legend: string;
  readonly nobody: string;
  /** What the other side's shard of a slot is to it: `on the target`. */
  readonly other: string;
}

export interface SlotMapProps {
  readonly cells: SlotCells;
  /** Of the other side. */
  readonly otherCells: SlotCells;
  readonly shards: readonly MappedShard[];
  readonly marks: readonly SlotMark[];
  readonly words: SlotMapWords;
}

/** A cell for each slot in the colour of its shard. Pointing at one, or going to it with the keys, says whose it is, and what else is known of it. */
export function SlotMap(props: SlotMapProps): ReactElement {
  const { cells, shards, marks, words } = props;
  const [slot, setSlot] = useState<number | null>(null);
  const point = ({ clientX, clientY, currentTarget }: PointerEvent): void => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    if (width > 0 && height > 0) setSlot(slotAt((clientX - left) / width, (clientY - top) / height));
  };
  const go = (event: KeyboardEvent): void => {
    const next = slotAfterKey(event.key, slot ?? 0);
    if (next === undefined) return;
    event.preventDefault();
    setSlot(next);
  };
  return (
    <div className={classes.figure}>
      <div
        className={classes.map}
        role="slider"
        tabIndex={0}
        aria-label={words.map}
        aria-valuemin={0}
        aria-valuemax={SLOT_COUNT - 1}
        aria-valuenow={slot ?? 0}
        aria-valuetext={describeSlot(slot ?? 0, props)}
        onPointerMove={point}
        onPointerDown={point}
        onFocus={() => setSlot((before) => before ?? 0)}
        onKeyDown={go}
      >
        <SlotOutlines cells={cells} shards={shards} marks={marks}>
          {slot !== null && (
            <rect
              className={classes.cursor}
              x={(slot % SIDE) - 0.5}
              y={Math.floor(slot / SIDE) - 0.5}
              width={2}
              height={2}
            />
          )}
        </SlotOutlines>
      </div>
      <p className={classes.pointed}>{slot === null ? HINT : describeSlot(slot, props)}</p>
    </div>
  );
}

const HINT = 'Point at a cell, or go to it with the arrow keys, to see whose slot it is.';

function describeSlot(slot: number, { cells, otherCells, marks, words }: SlotMapProps): string {
  const name = ({ name: its, at }: MappedShard): string => `${its.toLowerCase()}, at ${at}`;
  const owner = cells.ownerOf(slot);
  const other = otherCells.ownerOf(slot);
  return [
    `Slot ${formatCount(slot)}: ${owner ? name(owner) : words.nobody.toLowerCase()}`,
    ...(other ? [`${words.other} ${name(other)}`] : []),
    ...marks.filter((mark) => isMarked(mark, slot)).map((mark) => mark.say(slot)),
  ].join('; ');
}
