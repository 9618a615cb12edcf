import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';

/** What a run tells, as one line of JSON with the target that it is about. */
export function writeJson(out: NodeJS.WritableStream, target: string, event: EngineEvent): void {
  if (event.type === 'metrics')
    out.write(`${JSON.stringify({ type: 'metrics', target, ...event.metrics })}\n`);
  else if (event.type === 'event' || event.type === 'finished')
    out.write(`${JSON.stringify({ ...event, target })}\n`);
}
