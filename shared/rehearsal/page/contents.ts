import {
  encodingRows,
  expiryBars,
  sizeBars,
  slotBars,
  typeBars,
  type Bar,
} from '../../format/contents-bars.ts';
import {
  CONTENTS_SIDES,
  describeInexact,
  describeSideContents,
  SIDE_WORDS,
} from '../../format/contents-words.ts';
import { formatBytes, formatCount } from '../../format/numbers.ts';
import type { Contents } from '../../model/contents.ts';
import type { RehearsalReport } from '../report.ts';
import { html, type Markup } from './markup.ts';

/** What either side held when the two were compared; nothing where they were not. */
export function contentsOf({ contents, source, target }: RehearsalReport): Markup | false {
  if (!contents) return false;
  const ofCluster = source?.cluster === true || target?.cluster === true;
  return html`<section>
    <h2>What is in there</h2>
    ${CONTENTS_SIDES.map((side) => html`<p>${describeSideContents(side, contents[side])}</p>`)}
    <p class="dim">As they were when they were compared. ${describeInexact(contents)}</p>
    ${figures('Memory by type', 'Type', typeBars(contents), formatBytes)}
    ${figures('Keys by when they expire', 'Expires', expiryBars(contents), formatCount)}
    ${figures('Keys by size', 'Memory', sizeBars(contents), formatCount)}
    ${figures('How values are kept', 'Type, encoding', encodingRows(contents), formatCount)}
    ${ofCluster && figures('Keys by slot', 'Slots', slotBars(contents), formatCount)}
    ${CONTENTS_SIDES.map((side) => largest(side, contents[side]))}
  </section>`;
}

/** Steps that neither side has any of are left out. */
function figures(
  title: string,
  steps: string,
  bars: readonly Bar[],
  format: (figure: number) => string,
): Markup | false {
  const met = bars.filter(({ source, target }) => source > 0 || target > 0);
  const most = Math.max(...met.flatMap(({ source, target }) => [source, target]));
  return (
    met.length > 0 &&
    html`<table class="contents pairs">
      <caption>
        ${title}
      </caption>
      <thead>
        <tr>
          <th scope="col">${steps}</th>
          ${CONTENTS_SIDES.map((side) => html`<th scope="col" class="number">${SIDE_WORDS[side]}</th>`)}
          <td aria-hidden="true"></td>
        </tr>
      </thead>
      <tbody>
        ${met.map(
          (bar) =>
            html`<tr>
              <th scope="row">${bar.name}</th>
              ${CONTENTS_SIDES.map((side) => html`<td class="number">${format(bar[side])}</td>`)}
              <td class="pair" aria-hidden="true">${pair(bar, most)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`
  );
}

const WIDTH = 200;
/** What there is only little of is seen all the same. */
const THINNEST = 1;

/** Both figures to scale, the source above the target. */
const pair = (bar: Bar, most: number): Markup =>
  html`<svg viewBox="0 0 ${WIDTH} 12">
    ${CONTENTS_SIDES.map((side, i) => {
      const width = bar[side] === 0 ? 0 : Math.max(THINNEST, (bar[side] / most) * WIDTH);
      return html`<rect class="${side}" y="${i * 6}" width="${width.toFixed(1)}" height="5"></rect>`;
    })}
  </svg>`;

/** The others stand in the JSON. */
const MOST_SHOWN = 10;

const largest = (side: (typeof CONTENTS_SIDES)[number], { largest: keys }: Contents): Markup | false =>
  keys.length > 0 &&
  html`<table class="contents">
    <caption>
      Largest keys of the ${side}
    </caption>
    <thead>
      <tr>
        <th scope="col">Key</th>
        <th scope="col" class="number">Database</th>
        <th scope="col">Type</th>
        <th scope="col" class="number">Memory</th>
      </tr>
    </thead>
    <tbody>
      ${keys.slice(0, MOST_SHOWN).map(
        ({ db, key, type, bytes }) =>
          html`<tr>
            <th scope="row"><code>${key}</code></th>
            <td class="number">${db}</td>
            <td class="short">${type}</td>
            <td class="number">${formatBytes(bytes)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
