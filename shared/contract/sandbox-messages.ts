import { z } from 'zod';
import { endpointSchema } from '../model/task-spec.ts';
import { errorCodeSchema } from '../errors/error-code.ts';

/** `servers`: from one server to another; `cluster`: from a server to a cluster of three shards. */
export const sandboxKindSchema = z.enum(['servers', 'cluster']);
export type SandboxKind = z.infer<typeof sandboxKindSchema>;

/** What a host tells the sandbox process, which ends as well when its host is gone. */
export const sandboxCommandSchema = z.discriminatedUnion('type', [
  /** The answer to `up`. */
  z.object({ type: z.literal('start'), kind: sandboxKindSchema }),
  z.object({ type: z.literal('stop') }),
]);
export type SandboxCommand = z.infer<typeof sandboxCommandSchema>;

/** What a sandbox process tells its host. */
export const sandboxEventSchema = z.discriminatedUnion('type', [
  /** It listens. */
  z.object({ type: z.literal('up') }),
  /** All servers are up, the source has its data, and a writer goes on writing to it. */
  z.object({ type: z.literal('ready'), source: endpointSchema, target: endpointSchema }),
  /** It could not begin, or one of the servers is gone. The process ends. */
  z.object({ type: z.literal('failed'), code: errorCodeSchema, fact: z.string() }),
]);
export type SandboxEvent = z.infer<typeof sandboxEventSchema>;
