import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';
import type { Side } from '../control/control-connection.ts';
import { inspectServer } from '../control/inspect-server.ts';
import { askEach } from '../intake/resolver/ask-each.ts';
import { locate } from '../intake/resolver/resolver.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';
import type { World } from '../world/world.ts';

export function inspectJob(
  command: Extract<EngineCommand, { type: 'inspect' }>,
  send: Send,
  world: World,
): Job {
  const { side, endpoint } = command;
  return briefJob(send, async (signal) => ({
    type: 'summary',
    summary: await inspect(world, side, endpoint, signal),
  }));
}

/** What is at an address, and what each Sentinel says of it. @throws LockstepError as `locate` and `inspectServer` do */
export async function inspect(
  world: World,
  side: Side,
  given: Endpoint,
  signal?: AbortSignal,
): Promise<ServerSummary> {
  const endpoint = await locate(world, side, given);
  const [summary, sentinels] = await Promise.all([
    inspectServer(world, side, endpoint, signal),
    // One of them has answered already: that another does not is no fault, but worth to be known.
    given.sentinel && askEach(world, side, given, given.sentinel),
  ]);
  return { ...summary, ...(sentinels && { sentinels }) };
}
