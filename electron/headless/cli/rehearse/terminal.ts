import { createInterface } from 'node:readline/promises';
import { formatDuration } from '../../../../shared/format/numbers.ts';
import { visibleLines } from '../../../../shared/format/visible.ts';
import type { RehearsedStep, StepId } from '../../../../shared/rehearsal/report.ts';
import { STEP_WORDS } from '../../../../shared/rehearsal/step-words.ts';
import type { OutputEnd } from '../output-end.ts';

/** Tells a person how far a rehearsal is. Nothing with --json. */
export function stepTeller(json: boolean): (step: StepId, ended?: RehearsedStep) => void {
  let begun: StepId | undefined;
  return (step, ended) => {
    if (json) return;
    if (!ended) {
      begun = step;
      return void process.stderr.write(`${STEP_WORDS[step]} …\n`);
    }
    const { state, note, tookMs } = ended;
    const how = state === 'done' ? 'done' : 'broken off';
    const more = note === undefined ? '' : `; ${note}`;
    const what = begun === step ? '  ' : `${STEP_WORDS[step]}: `;
    begun = undefined;
    process.stderr.write(visibleLines(`${what}${how} after ${formatDuration(tookMs)}${more}\n`));
  };
}

/** Aborted by Ctrl-C, SIGTERM, or when nobody reads the output any more. */
export function untilInterrupted(output: OutputEnd): AbortSignal {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort);
  process.once('SIGTERM', abort);
  output.signal.addEventListener('abort', abort);
  return stop.signal;
}

/** Asks on the terminal; false where there is none to ask on. */
export async function askOnTerminal(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
  } catch {
    return false;
  } finally {
    lines.close();
  }
}

/** Resolves when somebody presses Enter, at once where there is no terminal, and when the signal is aborted. */
export async function untilEnter(text: string, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  await lines.question(text, { signal }).catch(() => undefined);
  lines.close();
}
