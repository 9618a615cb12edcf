import { visibleLines } from '../../../../shared/format/visible.ts';
import { describeEndpoint } from '../../../../shared/model/endpoint.ts';
import { GATES, type GateItem } from '../../../../shared/rehearsal/gate.ts';
import { rehearseCutover } from '../../../backend/rehearsals/rehearse-cutover.ts';
import { forkEngine } from '../../fork-engine.ts';
import { packageVersion } from '../../package-version.ts';
import type { OutputEnd } from '../output-end.ts';
import { parseDuration } from '../units.ts';
import { finishRehearsal } from './finish.ts';
import { rehearseOptionsOf, type RehearseFlags } from './rehearse-flags.ts';
import { askOnTerminal, stepTeller, untilInterrupted } from './terminal.ts';

export interface RehearseCutoverFlags extends RehearseFlags {
  readonly waitFor: string;
  readonly quietFor: string;
  readonly comparedWithin: string;
  readonly cutOver?: boolean;
}

const MARKS = { ready: 'ready ', mind: 'mind  ', blocks: 'BLOCKS' } as const;

/** Runs `rehearse cutover`. @returns the exit status; @throws LockstepError */
export async function rehearseCutoverCommand(
  flags: RehearseCutoverFlags,
  output: OutputEnd,
): Promise<number> {
  const options = rehearseOptionsOf(flags, process.env, (source) => `rehearsal-${source}`);
  const { spec, goals, json } = options;
  const waitForMs = parseDuration(flags.waitFor, '--wait-for');
  const steadyForMs = parseDuration(flags.quietFor, '--quiet-for');
  const comparedWithinMs = parseDuration(flags.comparedWithin, '--compared-within');
  const source = describeEndpoint(spec.source);
  const target = describeEndpoint(spec.target);
  if (!json) process.stderr.write(`Planning the move from ${source} to ${target}\n`);
  const signal = untilInterrupted(output);
  const report = await rehearseCutover({
    startEngine: forkEngine,
    ...{ spec, goals, signal, waitForMs, steadyForMs, comparedWithinMs },
    version: packageVersion(),
    onStep: stepTeller(json),
    onGate: gateTeller(json),
    mayCutOver: async (blocked) =>
      flags.cutOver === true ||
      askOnTerminal(
        `Nothing stands in the way. Give ${source} up for ${target} now?`,
        AbortSignal.any([signal, blocked]),
      ),
  });
  return finishRehearsal(report, options, flags);
}

/** Prints the checklist when the state of a point has changed, or who is in its way. */
function gateTeller(json: boolean): (items: readonly GateItem[]) => void {
  let told = '';
  return (items) => {
    const states = items.map(({ id, state, who }) => `${id} ${state} ${who.map(place).join()}`).join();
    if (json || states === told) return;
    told = states;
    const lines = items.flatMap(({ id, state, found, who, command }) => [
      `  ${MARKS[state]} ${GATES[id]}: ${found}`,
      ...who.map((one) => `           ${one}`),
      ...(command === undefined ? [] : [`           To be run by you, on the source: ${command}`]),
    ]);
    process.stderr.write(visibleLines(`${lines.join('\n')}\n`));
  };
}

/** Without how long ago its last command was. */
const place = (who: string): string => who.split(' ')[0]!;
