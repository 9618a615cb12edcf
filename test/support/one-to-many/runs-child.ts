/**
 * A process with several runs of one source in it, to be killed or measured. Its arguments: what each run is to do, as JSON, and `apart`
 * where each of them reads the source by itself.
 */
import { SourceLogs } from '../../../electron/engine/intake/source-log/source-logs.ts';
import { systemWorld } from '../../../electron/engine/world/system-world.ts';
import { startTaskRun } from '../task-run.ts';

interface Wanted {
  readonly source: string;
  readonly target: string;
  readonly task: string;
  readonly spoolDir: string;
}

const logs = process.argv[3] === 'apart' ? undefined : new SourceLogs(systemWorld);
const wanted = JSON.parse(process.argv[2]!) as readonly Wanted[];
const runs = wanted.map(({ source, target, ...spec }) =>
  startTaskRun(source, target, { ...spec, until: 'stopped' }, { logs }),
);
process.on('message', (paused: number) => runs[paused]!.run.pause());
await Promise.all(runs.map((run) => run.reached('in-step')));
process.send!('in step');
