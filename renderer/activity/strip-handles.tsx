import { useState, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import type { HistoryWindow } from '../../shared/model/history.ts';
import classes from './activity-strip.module.css';
import { partOf, shareAfterKey, windowOf, type Part } from './brush.ts';
import { formatInstant } from './describe-spell.ts';
import { timeAt, type StripTime } from './strip-places.ts';
import type { Choice } from '../charts/range-bar.tsx';

interface StripHandlesProps {
  readonly time: StripTime;
  readonly window: HistoryWindow;
  readonly whole: boolean;
  readonly nowMs: number;
  readonly onWindow: (window: Choice) => void;
}

type End = keyof Part;

const END_WORDS: Readonly<Record<End, string>> = {
  from: 'Beginning of the time in the charts',
  to: 'End of the time in the charts',
};

/** The part that the charts show, with a handle at either end for the mouse and the keys. */
export function StripHandles({ time, window, whole, nowMs, onWindow }: StripHandlesProps): ReactElement {
  const [drawn, setDrawn] = useState<Part | null>(null);
  const part = drawn ?? (whole ? { from: 0, to: 1 } : partOf(window, time));
  const move = (end: End, share: number): Part =>
    end === 'from'
      ? { from: Math.min(share, part.to), to: part.to }
      : { from: part.from, to: Math.max(share, part.from) };
  const onKey = (end: End, event: KeyboardEvent): void => {
    const share = shareAfterKey(event.key, part[end]);
    if (share === undefined) return;
    event.preventDefault();
    onWindow(windowOf(move(end, share), time));
  };
  const onDrag = (end: End, event: PointerEvent<HTMLElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const stage = event.currentTarget.parentElement?.getBoundingClientRect();
    if (stage && stage.width > 0)
      setDrawn(move(end, Math.min(1, Math.max(0, (event.clientX - stage.left) / stage.width))));
  };
  const onDrop = (): void => {
    if (drawn) onWindow(windowOf(drawn, time));
    setDrawn(null);
  };
  return (
    <>
      <div
        className={classes.part}
        style={{ left: `${part.from * 100}%`, width: `${(part.to - part.from) * 100}%` }}
        aria-hidden="true"
      />
      {(['from', 'to'] as const).map((end) => (
        <div
          key={end}
          className={classes.handle}
          data-end={end}
          role="slider"
          tabIndex={0}
          aria-label={END_WORDS[end]}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(part[end] * 100)}
          aria-valuetext={part[end] === 1 ? 'now' : formatInstant(timeAt(time, part[end]), nowMs)}
          style={{ left: `${part[end] * 100}%` }}
          onKeyDown={(event) => onKey(end, event)}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={(event) => onDrag(end, event)}
          onPointerUp={onDrop}
          onPointerCancel={() => setDrawn(null)}
        />
      ))}
    </>
  );
}
