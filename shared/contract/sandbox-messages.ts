import { z } from 'zod';
import { endpointSchema } from '../model/task-spec.ts';
import { errorCodeSchema } from '../errors/error-code.ts';

/** What a host tells the sandbox process. It begins by itself, and ends as well when its host is gone. */
export const sandboxCommandSchema = z.object({ type: z.literal('stop') });
export type SandboxCommand = z.infer<typeof sandboxCommandSchema>;

/** What a sandbox process tells its host. */
export const sandboxEventSchema = z.discriminatedUnion('type', [
  /** Both servers are up, the source has its data, and a writer goes on writing to it. */
  z.object({ type: z.literal('ready'), source: endpointSchema, target: endpointSchema }),
  /** It could not begin, or one of the servers is gone. The process ends. */
  z.object({ type: z.literal('failed'), code: errorCodeSchema, fact: z.string() }),
]);
export type SandboxEvent = z.infer<typeof sandboxEventSchema>;
