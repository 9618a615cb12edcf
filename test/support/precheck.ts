import type { Redis } from 'ioredis';
import { runPrecheck } from '../../electron/engine/precheck/run-precheck.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import type { CheckId, CheckResult } from '../../shared/model/precheck.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

/** The task that is checked; `spec` changes what a new set-up gives. */
export function taskBetween(sourceUrl: string, targetUrl: string, spec: Partial<TaskSpec> = {}): TaskSpec {
  return {
    task: 'checked',
    source: parseEndpoint(sourceUrl),
    target: parseEndpoint(targetUrl),
    existing: 'fail',
    onFlush: 'stop',
    until: 'stopped',
    fullOnly: false,
    retryForMs: 1000,
    spoolDir: '/tmp',
    spoolMaxBytes: 1024 ** 2,
    maxCommandsPerSecond: 0,
    ...spec,
  };
}

/** Runs all checks, or those named, and returns their results by id. @throws Error when one is reported twice */
export async function precheck(
  spec: TaskSpec,
  only?: readonly CheckId[],
): Promise<ReadonlyMap<CheckId, CheckResult>> {
  const results = new Map<CheckId, CheckResult>();
  await runPrecheck(systemWorld, spec, {
    only,
    onChecking: () => undefined,
    onResult: (result) => {
      if (results.has(result.id)) throw new Error(`${result.id} was reported twice`);
      results.set(result.id, result);
    },
  });
  return results;
}

/** One check's result. */
export async function check(id: CheckId, spec: TaskSpec): Promise<CheckResult> {
  return (await precheck(spec, [id])).get(id)!;
}

/** Runs the command of a mend as redis-cli would. */
export async function runMend(client: Redis, command: string | undefined): Promise<void> {
  if (command === undefined) throw new Error('the mend has no command');
  const cli = /^redis-cli -h \S+ -p \d+ -n (\d+) (.*)$/.exec(command);
  await client.select(Number(cli?.[1] ?? 0));
  const words = (cli?.[2] ?? command).match(/"[^"]*"|\S+/g)!.map((word) => word.replaceAll('"', ''));
  await client.call(words[0]!, ...words.slice(1));
}
