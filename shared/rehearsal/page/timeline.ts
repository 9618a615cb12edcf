import { formatDuration } from '../../format/numbers.ts';
import type { RehearsedStep } from '../report.ts';
import { STEP_WORDS } from '../step-words.ts';
import { html, type Markup } from './markup.ts';

/** More than these are in the table alone. */
const MOST_ROWS = 30;
const WIDTH = 760;
const NAMES = 230;
const TIMES = 150;
const ROW = 24;
const BAR = 12;
/** What took no time is seen all the same. */
const THINNEST = 2;

/** The times as a picture to scale: a stair, one tread for each step, each with how long it took. */
export function timeline(steps: readonly RehearsedStep[]): Markup {
  const shown = steps.slice(0, MOST_ROWS);
  const endMs = Math.max(1, ...shown.map(({ beganMs, tookMs }) => beganMs + tookMs));
  const room = WIDTH - NAMES - TIMES;
  const x = (ms: number): number => NAMES + (ms / endMs) * room;
  const height = shown.length * ROW + 28;
  // A gap has no riser, which would go through the words beside the bar.
  const isNext = (gapMs: number): boolean => gapMs < endMs / 100;
  const rows = shown.map((step, i) => {
    const { id, beganMs, tookMs, state } = step;
    const y = i * ROW;
    const left = x(beganMs);
    const width = Math.max(THINNEST, x(beganMs + tookMs) - left);
    const next = shown[i + 1];
    const took = formatDuration(tookMs);
    return html`<g>
      <text class="name" x="0" y="${y + 15}">${STEP_WORDS[id]}</text>
      <rect
        class="bar ${state}"
        x="${left.toFixed(1)}"
        y="${y + 5}"
        width="${width.toFixed(1)}"
        height="${BAR}"
        rx="2"
      ></rect>
      ${next && isNext(next.beganMs - beganMs - tookMs) && html`<path class="riser" d="M${x(next.beganMs).toFixed(1)} ${y + 5 + BAR / 2}V${y + ROW + 5}"></path>`}
      <text class="took" x="${(left + width + 6).toFixed(1)}" y="${y + 15}"
        >${took}${state === 'failed' && ', broken off'}</text
      >
    </g>`;
  });
  const axis = shown.length * ROW + 8;
  return html`<svg
    class="timeline"
    viewBox="0 0 ${WIDTH} ${height}"
    role="img"
    aria-label="The steps of the rehearsal to scale; the table below has the same times"
  >
    ${rows}
    <path class="axis" d="M${NAMES} ${axis}H${NAMES + room}"></path>
    <text class="tick" x="${NAMES}" y="${axis + 15}">0</text>
    <text class="tick end" x="${NAMES + room}" y="${axis + 15}">${formatDuration(endMs)}</text>
  </svg>`;
}
