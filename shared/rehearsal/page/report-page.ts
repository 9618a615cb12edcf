import { formatBytes, formatCount, formatDuration } from '../../format/numbers.ts';
import { formatClockSeconds, formatExact } from '../../format/times.ts';
import { describeWhere, GATES } from '../gate.ts';
import { describeChange, type RunSummary } from '../run-summary.ts';
import type { RehearsalReport, RehearsedSide } from '../report.ts';
import { describeServer, KIND_WORDS, SIDES_SEEN, STEP_WORDS } from '../step-words.ts';
import { judgeRehearsal, type Judged } from '../verdict.ts';
import { contentsOf } from './contents.ts';
import { figuresOf } from './figures.ts';
import { html, type Markup } from './markup.ts';
import { STYLE } from './style.ts';
import { timeline } from './timeline.ts';

/**
 * A report as one HTML file that needs nothing else: no script, nothing from elsewhere. `last`: the run of the same kind and pair
 * before this one.
 */
export function reportPage(report: RehearsalReport, last: RunSummary | undefined): string {
  const { kind, source, target } = report;
  const { met, judged } = judgeRehearsal(report);
  const title = `${KIND_WORDS[kind]}: ${source?.address ?? 'source'} to ${target?.address ?? 'target'}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>
`.text.concat(
    STYLE,
    html`</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="dim">${formatExact(report.startedAtMs)}, ${formatDuration(report.endedAtMs - report.startedAtMs)} in all</p>
<section class="verdict ${met ? 'met' : 'missed'}" aria-label="Verdict">
<strong>${met ? 'The goals were met' : 'The goals were not met'}</strong>
<ul>${judged.map(judgedLine)}</ul>
</section>
<p>${report.afterwards}</p>
${servers(report)}
<section><h2>Times</h2>${timeline(report.steps)}</section>
${steps(report)}
${figures(report)}
${gate(report)}
${checks(report)}
${faults(report)}
${lastRun(report, last)}
${contentsOf(report)}
<footer>Lockstep ${report.version}, task ${report.task}, run ${report.id}</footer>
</main>
</body>
</html>
`.text,
  );
  return page;
}

const MARKS = { met: 'Met', missed: 'Missed', unknown: 'Not known' } as const;
const judgedLine = ({ state, text }: Judged): Markup =>
  html`<li class="${state}"><span class="mark">${MARKS[state]}</span> ${text}</li>`;

function servers({ source, target }: RehearsalReport): Markup {
  const row = (what: string, side: RehearsedSide | null): Markup =>
    side
      ? html`<tr>
          <th scope="row">${what}</th>
          <td>${side.address}</td>
          <td>${describeServer(side)}</td>
          <td class="number">${formatCount(side.keys)}</td>
          <td class="number">
            ${side.usedMemoryBytes === null ? 'not told' : formatBytes(side.usedMemoryBytes)}
          </td>
        </tr>`
      : html`<tr>
          <th scope="row">${what}</th>
          <td colspan="4">was not reached</td>
        </tr>`;
  return html`<section>
    <h2>Servers</h2>
    <div class="wide" tabindex="0" role="group" aria-label="Servers">
      <table>
        <thead>
          <tr>
            <th scope="col">Side</th>
            <th scope="col">Address</th>
            <th scope="col">Version</th>
            <th scope="col" class="number">Keys</th>
            <th scope="col" class="number">Memory used</th>
          </tr>
        </thead>
        <tbody>
          ${row('Source', source)}${row('Target', target)}
        </tbody>
      </table>
    </div>
    <p class="dim">${SIDES_SEEN}</p>
  </section>`;
}

const steps = ({ steps: all }: RehearsalReport): Markup =>
  html`<section>
    <div class="wide" tabindex="0" role="group" aria-label="Steps">
      <table>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col" class="number">Began after</th>
            <th scope="col" class="number">Took</th>
            <th scope="col">Ended</th>
            <th scope="col">Note</th>
          </tr>
        </thead>
        <tbody>
          ${all.map(
            ({ id, beganMs, tookMs, state, note }) =>
              html`<tr>
                <td>${STEP_WORDS[id]}</td>
                <td class="number">${formatDuration(beganMs)}</td>
                <td class="number">${formatDuration(tookMs)}</td>
                <td class="${state}">${state === 'done' ? 'done' : 'broken off'}</td>
                <td>${note}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;

const figures = (report: RehearsalReport): Markup =>
  html`<section>
    <h2>Measured</h2>
    <table>
      <tbody>
        ${figuresOf(report).map(
          ({ name, value, note }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td class="value">${value}</td>
              <td class="dim">${note}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;

const GATE_MARKS = { ready: 'Ready', mind: 'Mind', blocks: 'Blocks' } as const;

function gate({ gate: items }: RehearsalReport): Markup | false {
  if (!items) return false;
  return html`<section>
    <h2>Checklist</h2>
    <table>
      <tbody>
        ${items.map(
          ({ id, state, found, who, command, where }) =>
            html`<tr class="${state}${who.length > 0 && ' long'}">
              <th scope="row">${GATES[id]}</th>
              <td><span class="mark">${GATE_MARKS[state]}</span></td>
              <td>
                ${found}${
                  who.length > 0 &&
                  html`<ul>
                    ${who.map((one) => html`<li>${one}</li>`)}
                  </ul>`
                }${command !== undefined && html`<p>${describeWhere({ where })} <code>${command}</code></p>`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

const checks = ({ checks: all }: RehearsalReport): Markup | false =>
  all.length > 0 &&
  html`<section>
    <h2>Checks that did not pass</h2>
    <table>
      <tbody>
        ${all.map(
          ({ title, status, found }) =>
            html`<tr>
              <th scope="row">${title}</th>
              <td class="short">${status}</td>
              <td>${found}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;

function faults({ faults: { total, listed } }: RehearsalReport): Markup {
  if (total === 0)
    return html`<section>
      <h2>Faults on the way</h2>
      <p>None.</p>
    </section>`;
  return html`<section>
    <h2>Faults on the way</h2>
    <table>
      <tbody>
        ${listed.map(
          ({ atMs, text }) =>
            html`<tr>
              <td class="number">${formatClockSeconds(atMs)}</td>
              <td>${text}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${total > listed.length && html`<p>… and ${formatCount(total - listed.length)} more.</p>`}
  </section>`;
}

function lastRun(report: RehearsalReport, last: RunSummary | undefined): Markup {
  if (!last)
    return html`<section>
      <h2>Against the run before</h2>
      <p>This is the first run of this kind and pair that is known on this machine.</p>
    </section>`;
  return html`<section>
    <h2>Against the run before</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Figure</th>
          <th scope="col" class="number">${formatExact(last.atMs)}</th>
          <th scope="col" class="number">This run</th>
        </tr>
      </thead>
      <tbody>
        ${describeChange(report, last).map(
          ({ name, before, now }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td class="number">${before}</td>
              <td class="number">${now}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}
