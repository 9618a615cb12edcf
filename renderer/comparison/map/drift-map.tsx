import { useElementSize } from '@mantine/hooks';
import { useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { formatCount } from '../../../shared/format/numbers.ts';
import { stepOf } from './drift-scale.ts';
import { cellAfterKey, mapCells, type MapCell } from './map-cells.ts';
import { describeNode, figuresOf, fitted } from './node-words.ts';
import type { MapArea } from './map-area.ts';
import { DIFFERING, differingOf, signedShare, type PrefixNode } from './prefix-nodes.ts';
import { Patterns, patternOf } from './patterns.tsx';
import classes from './drift-map.module.css';

const HEIGHT_PX = 380;
const BEFORE_MEASURED_PX = 900;
/** About as wide as a letter of a label is. */
const LETTER_PX = 7;
const STRIP_PX = 9;

export interface DriftMapProps {
  readonly node: PrefixNode;
  readonly area: MapArea;
  /** To go one level down. */
  readonly onOpen: (node: PrefixNode) => void;
  /** To go back up. */
  readonly onUp: (() => void) | undefined;
  /** Those that have no cell of their own are asked for. */
  readonly onSmaller: () => void;
}

/**
 * A cell for each prefix, as large as it has keys or as they take memory, in the colour of what the target has more or less of; a strip at its foot says how keys
 * in it differ. Enter goes one level down, Backspace up, the arrow keys from cell to cell.
 */
export function DriftMap({ node, area, onOpen, onUp, onSmaller }: DriftMapProps): ReactElement {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const wide = Math.max(200, Math.floor(width || BEFORE_MEASURED_PX));
  const { cells, smaller } = useMemo(() => mapCells(node, area, wide, HEIGHT_PX), [node, area, wide]);
  const [current, setCurrent] = useState(0);
  const svg = useRef<SVGSVGElement>(null);
  const patterns = useId();
  const at = Math.min(current, cells.length - 1);

  const open = ({ node: its }: MapCell): void => {
    if (!its) return onSmaller();
    if (its !== node) onOpen(its);
  };
  const go = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') open(cells[at]!);
    else if (event.key === 'Backspace' && onUp) onUp();
    else {
      const next = cellAfterKey(event.key, cells, at);
      if (next === undefined) return;
      setCurrent(next);
      svg.current?.querySelector<SVGElement>(`[data-cell="${next}"]`)?.focus();
    }
    event.preventDefault();
  };
  return (
    <div ref={ref} className={classes.map}>
      <svg
        ref={svg}
        className={classes.cells}
        viewBox={`0 0 ${wide} ${HEIGHT_PX}`}
        preserveAspectRatio="xMinYMin meet"
        role="group"
        aria-label={`Drift map of ${node.label}: a cell for each prefix, as large as ${AREA_WORDS[area]}`}
        onKeyDown={go}
      >
        <Patterns id={patterns} />
        <g aria-hidden>
          {cells.map((cell) => (
            <Cell key={keyOf(cell)} cell={cell} area={area} patterns={patterns} smaller={smaller} />
          ))}
        </g>
        {cells.map((cell, i) => (
          <Target
            key={keyOf(cell)}
            box={cell.box}
            index={i}
            current={i === at}
            words={cell.node ? describeNode(cell.node) : describeSmaller(smaller)}
            opens={cell.node !== node}
            onFocus={() => setCurrent(i)}
            onOpen={() => open(cell)}
          />
        ))}
      </svg>
    </div>
  );
}

const AREA_WORDS = { keys: 'it has keys', memory: 'its keys take memory' };

const keyOf = ({ node }: MapCell): string => node?.id ?? 'smaller';

/** What is pointed at and gets the focus. It lies over all that is drawn, whose labels may be cut. */
const Target = ({
  box,
  index,
  current,
  words,
  opens,
  onFocus,
  onOpen,
}: {
  readonly box: MapCell['box'];
  readonly index: number;
  readonly current: boolean;
  readonly words: string;
  readonly opens: boolean;
  readonly onFocus: () => void;
  readonly onOpen: () => void;
}): ReactElement => (
  <rect
    {...within(box)}
    role="button"
    data-cell={index}
    tabIndex={current ? 0 : -1}
    aria-label={words}
    className={classes.target}
    data-opens={opens || undefined}
    onClick={onOpen}
    onFocus={onFocus}
  >
    <title>{words}</title>
  </rect>
);

/** A gap of two pixels lies between two cells. */
const within = ({ x, y, width, height }: MapCell['box']): MapCell['box'] => ({
  x: x + 1,
  y: y + 1,
  width: Math.max(0, width - 2),
  height: Math.max(0, height - 2),
});

const describeSmaller = (smaller: readonly PrefixNode[]): string => {
  const differing = smaller.reduce((sum, { counts }) => sum + differingOf(counts), 0);
  return `${formatCount(smaller.length)} smaller prefixes, ${differing === 0 ? 'no difference' : `${formatCount(differing)} keys that differ`}; the table has each`;
};

function Cell({
  cell: { box, node },
  area,
  patterns,
  smaller,
}: {
  readonly cell: MapCell;
  readonly area: MapArea;
  readonly patterns: string;
  readonly smaller: readonly PrefixNode[];
}): ReactElement {
  const { x, y, width, height } = box;
  const inner = within(box);
  const letters = Math.floor((width - 12) / LETTER_PX);
  const lines = node
    ? [node.label, figuresOf(node, area, letters)]
    : [`${formatCount(smaller.length)} smaller`, ''];
  const differing = node ? differingOf(node.counts) : 0;
  return (
    <>
      <rect
        {...inner}
        className={classes.area}
        data-step={node ? stepOf(signedShare(node.counts)) : 0}
        data-differs={differing > 0 || undefined}
      />
      {height >= 20 && (
        <text x={x + 6} y={y + 16} className={classes.label}>
          {fitted(lines[0]!, letters)}
        </text>
      )}
      {height >= 38 && lines[1] !== '' && (
        <text x={x + 6} y={y + 33} className={classes.figures}>
          {lines[1]}
        </text>
      )}
      {node && differing > 0 && height >= 16 && width >= 12 && (
        <Strip node={node} box={inner} patterns={patterns} />
      )}
    </>
  );
}

/** At the foot of a cell: how its keys differ, each way by its share. */
function Strip({
  node: { counts },
  box,
  patterns,
}: {
  readonly node: PrefixNode;
  readonly box: MapCell['box'];
  readonly patterns: string;
}): ReactElement {
  const all = differingOf(counts);
  const ways = DIFFERING.filter((how) => counts[how] > 0);
  return (
    <>
      {ways.map((how, i) => {
        const before = ways.slice(0, i).reduce((sum, one) => sum + counts[one], 0);
        return (
          <rect
            key={how}
            x={box.x + (box.width * before) / all}
            y={box.y + box.height - STRIP_PX}
            width={(box.width * counts[how]) / all}
            height={STRIP_PX}
            className={classes.strip}
            fill={patternOf(patterns, how)}
          />
        );
      })}
    </>
  );
}
