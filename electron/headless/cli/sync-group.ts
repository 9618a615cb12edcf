import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { EXIT } from '../../../shared/errors/catalogue.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { GroupEngines } from '../../backend/groups/group-engines.ts';
import { runTask, type RunningTask } from '../../backend/run-task.ts';
import { forkEngine } from '../fork-engine.ts';
import { worstOf } from './exit-statuses.ts';
import { GroupView } from './group-view.ts';
import { heedInterrupts } from './interrupts.ts';
import { writeJson } from './json-lines.ts';
import { describeOutcome } from './outcome-words.ts';
import type { OutputEnd } from './output-end.ts';
import { placed } from './placed.ts';
import type { ToldRuns } from './told-runs.ts';
import { reportError } from './report-error.ts';

/**
 * Runs a task for each target, all in one engine. One that fails is told at once and stops none of the others.
 * @returns the exit status of the worst
 */
export async function syncGroup(
  specs: readonly TaskSpec[],
  json: boolean,
  output: OutputEnd,
  told: ToldRuns,
): Promise<number> {
  const names = specs.map(({ target }) => describeEndpoint(target));
  const view = new GroupView(process.stdout, process.stderr, names);
  const { source, task } = specs[0]!;
  if (!json) view.line(`${describeEndpoint(source)} → ${names.join(', ')}, task ${task}`);
  const engines = new GroupEngines(forkEngine);
  const tasks = specs.map((spec, index) => {
    const name = names[index]!;
    const onEvent = (event: EngineEvent): void => {
      told.event(index, event);
      if (json) writeJson(process.stdout, name, event);
      else view.event(name, event);
    };
    return runTask(() => engines.join('sync', name), spec, onEvent);
  });
  const heedNoMore = heedInterrupts(tasks, output, (text) => {
    if (!json) view.line(text);
  });

  const statusOf = async (running: RunningTask, index: number): Promise<number> => {
    const name = names[index]!;
    try {
      const outcome = await placed(specs[index]!, () => running.outcome);
      if (!json) view.last(name, describeOutcome(outcome));
      return outcome.evictedKeys > 0 ? EXIT.different : EXIT.ok;
    } catch (error) {
      told.failed(index);
      if (json) return reportError(error, json, name);
      let status: number = EXIT.internal;
      view.failed(name, () => (status = reportError(error, json, name)));
      return status;
    }
  };
  try {
    return worstOf(await Promise.all(tasks.map(statusOf)));
  } finally {
    view.end();
    heedNoMore();
  }
}
