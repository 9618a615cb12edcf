import { useId, useState, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import classes from './activity-strip.module.css';
import { windowAround, windowOf, type Part } from './brush.ts';
import { describeSpell, describeTimes } from './describe-spell.ts';
import { KIND_ICONS } from './kind-looks.ts';
import type { Spell } from './spell.ts';
import { foremost, isMarked, placeBands, placeMarks, shareOf, type StripTime } from './strip-places.ts';
import { spellsNear } from './spells-near.ts';
import type { Choice } from '../charts/range-bar.tsx';

interface StripTrackProps {
  readonly bands: readonly Spell[];
  readonly comparisons: readonly Spell[];
  readonly faults: readonly Spell[];
  readonly time: StripTime;
  readonly nowMs: number;
  readonly onWindow: (window: Choice) => void;
}

/** A press that moves less than this is a click. */
const CLICK_SHARE = 0.004;

interface Pointed {
  readonly share: number;
  readonly spells: readonly Spell[];
}

/** Bands with their marks. Pointing at one, or going to it with the keys, tells of it; drawing across chooses the time of the charts. */
export function StripTrack({
  bands,
  comparisons,
  faults,
  time,
  nowMs,
  onWindow,
}: StripTrackProps): ReactElement {
  const tipId = useId();
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [drawn, setDrawn] = useState<Part | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const all = [...bands, ...comparisons, ...faults].toSorted((a, b) => a.fromMs - b.fromMs);
  const chosen = Math.min(at ?? all.length - 1, all.length - 1);
  const marks = placeMarks(all.filter(isMarked), time);

  const shareAt = ({ clientX, currentTarget }: PointerEvent): number => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return width > 0 ? Math.min(1, Math.max(0, (clientX - left) / width)) : 0;
  };
  const point = (event: PointerEvent): void => {
    const share = shareAt(event);
    setPointed({ share, spells: spellsNear(all, marks, time, share) });
    if (drawn) setDrawn({ ...drawn, to: share });
  };
  const press = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const share = shareAt(event);
    setDrawn({ from: share, to: share });
  };
  const release = (): void => {
    if (!drawn) return;
    setDrawn(null);
    if (Math.abs(drawn.to - drawn.from) >= CLICK_SHARE) return onWindow(windowOf(drawn, time));
    const [spell] = spellsNear(all, marks, time, drawn.to);
    if (spell) onWindow(windowAround(spell, time));
  };
  const go = (index: number): void => {
    const next = Math.min(all.length - 1, Math.max(0, index));
    const spell = all[next];
    setAt(next);
    if (spell) setPointed({ share: shareOf(time, spell.fromMs), spells: [spell] });
  };
  const onKey = (event: KeyboardEvent): void => {
    const spell = all[chosen];
    if (event.key === 'ArrowLeft') go(chosen - 1);
    else if (event.key === 'ArrowRight') go(chosen + 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(all.length - 1);
    else if (event.key === 'Escape') setPointed(null);
    else if (event.key === 'Enter' && spell) onWindow(windowAround(spell, time));
    else return;
    event.preventDefault();
  };
  return (
    <div
      className={classes.track}
      role="slider"
      tabIndex={0}
      aria-label="What happened, one after the other; Enter shows its time in the charts"
      aria-valuemin={1}
      aria-valuemax={all.length}
      aria-valuenow={chosen + 1}
      aria-valuetext={all[chosen] ? describeSpell(all[chosen], nowMs) : ''}
      {...(pointed && { 'aria-describedby': tipId })}
      onPointerMove={point}
      onPointerDown={press}
      onPointerUp={release}
      onPointerCancel={() => setDrawn(null)}
      onPointerLeave={() => setPointed(null)}
      onFocus={(event) => event.currentTarget.matches(':focus-visible') && go(chosen)}
      onBlur={() => setPointed(null)}
      onKeyDown={onKey}
    >
      <div className={classes.marks}>
        {marks.map(({ spells, at: share }) => {
          const { kind } = foremost(spells);
          const Icon = KIND_ICONS[kind];
          return (
            <span
              key={spells[0]!.key}
              className={classes.mark}
              data-kind={kind}
              style={{ left: `${share * 100}%` }}
            >
              {Icon && <Icon size={13} aria-hidden />}
              {spells.length > 1 && <span className={classes.many}>{spells.length}</span>}
            </span>
          );
        })}
      </div>
      <div className={classes.bands}>
        <Bands spells={bands} time={time} />
      </div>
      <div className={classes.beside}>
        <Bands spells={comparisons} time={time} />
      </div>
      {drawn && (
        <div
          className={classes.drawn}
          style={{
            left: `${Math.min(drawn.from, drawn.to) * 100}%`,
            width: `${Math.abs(drawn.to - drawn.from) * 100}%`,
          }}
        />
      )}
      {pointed && pointed.spells.length > 0 && (
        <div
          id={tipId}
          role="tooltip"
          className={classes.tip}
          data-side={pointed.share > 0.5 ? 'end' : 'start'}
          style={
            pointed.share > 0.5
              ? { right: `${(1 - pointed.share) * 100}%` }
              : { left: `${pointed.share * 100}%` }
          }
        >
          {pointed.spells.slice(0, MOST_TOLD).map((spell) => (
            <div key={spell.key}>
              <strong>{spell.word}</strong> {describeTimes(spell, nowMs)}
            </div>
          ))}
          {pointed.spells.length > MOST_TOLD && <div>and {pointed.spells.length - MOST_TOLD} more</div>}
        </div>
      )}
    </div>
  );
}

/** More of what stands together would fill the window. */
const MOST_TOLD = 6;

const Bands = ({
  spells,
  time,
}: {
  readonly spells: readonly Spell[];
  readonly time: StripTime;
}): ReactElement => (
  <>
    {placeBands(spells, time).map(({ spell, from, to }) => (
      <span
        key={spell.key}
        className={classes.band}
        data-kind={spell.kind}
        style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
      />
    ))}
  </>
);
