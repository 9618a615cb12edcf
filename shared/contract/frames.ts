import { z } from 'zod';
import { appEventSchema } from './api.ts';
import { errorCodeSchema } from '../errors/error-code.ts';

/** What travels between a page and the application, the same on every transport. */

/** The largest frame that the application takes from a page, as JSON in UTF-8. A larger one ends the connection. */
export const MAX_REQUEST_BYTES = 1024 * 1024;

/** How many requests of one page may wait for their answers. One more is refused, by the page's own client first. */
export const MAX_PENDING_REQUESTS = 1000;

/** From the page. The parameters are validated by the name's own schema where they arrive. */
export const clientFrameSchema = z.object({
  type: z.literal('request'),
  /** Chosen by the page; the answer carries it. */
  id: z.number().int().min(0),
  name: z.string().max(100),
  params: z.unknown(),
});
export type ClientFrame = z.infer<typeof clientFrameSchema>;

/** A field of the parameters that does not fit, as a path such as `draft.source.port`. */
export const fieldFaultSchema = z.object({ path: z.string(), message: z.string() });
export type FieldFault = Readonly<z.infer<typeof fieldFaultSchema>>;

export const hostFrameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id: z.number().int(), result: z.unknown() }),
  z.object({
    type: z.literal('error'),
    id: z.number().int(),
    code: errorCodeSchema,
    fact: z.string(),
    fields: z.array(fieldFaultSchema).optional(),
  }),
  z.object({ type: z.literal('event'), event: appEventSchema }),
]);
export type HostFrame = z.infer<typeof hostFrameSchema>;

/** One end of a transport, as a page holds it. */
export interface ClientTransport {
  send(frame: ClientFrame): void;
  /** Frames come as they arrived, not yet validated. */
  onFrame(listener: (frame: unknown) => void): void;
  /** The other end is gone; nothing comes any more. */
  onClose(listener: () => void): void;
  close(): void;
}

/** The other end of it, as the application holds it. */
export interface PageTransport {
  send(frame: HostFrame): void;
  /** Frames come as they arrived, not yet validated. */
  onFrame(listener: (frame: unknown) => void): void;
  /** The page is gone; what is sent from now on reaches nobody. */
  onClose(listener: () => void): void;
  /** What was sent has piled up on its way: what can wait is held back until this is false again. */
  isCongested(): boolean;
  close(): void;
}
