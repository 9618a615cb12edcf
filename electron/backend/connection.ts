import { appEventSchema, REQUESTS, type RequestName } from '../../shared/contract/api.ts';
import { fieldFaults } from '../../shared/contract/field-faults.ts';
import {
  clientFrameSchema,
  MAX_PENDING_REQUESTS,
  type ClientFrame,
  type HostFrame,
  type PageTransport,
} from '../../shared/contract/frames.ts';
import { RequestError } from '../../shared/contract/request-error.ts';
import { LockstepError } from '../../shared/errors/lockstep-error.ts';
import type { Api, ValidParams } from './api.ts';
import { Outbox } from './outbox.ts';

/** After so many frames that are none of the contract it is not our page that speaks there. */
const MOST_STRAY_FRAMES = 20;

export interface ConnectionOptions {
  /** Told of a fault that should be impossible, with its stack, which the page does not get. */
  readonly reportFault: (error: unknown, during: string) => void;
}

export interface Connection {
  /** Ends the subscription and the transport. Requests under way go on; their answers are dropped. */
  close(): void;
}

/** Serves one page until it or the application closes the connection. */
export function serveConnection(api: Api, page: PageTransport, options: ConnectionOptions): Connection {
  let closed = false;
  let pending = 0;
  let stray = 0;

  const end = (): void => {
    if (closed) return;
    closed = true;
    unsubscribe();
    outbox.close();
  };
  const close = (): void => {
    end();
    page.close();
  };
  // A page so far behind connects again and reads everything anew.
  const outbox = new Outbox(page, close);
  const unsubscribe = api.onEvent((event) => {
    // What is not of the contract does not leave: the schema drops it.
    const known = appEventSchema.safeParse(event);
    if (known.success) outbox.send({ type: 'event', event: known.data });
    else options.reportFault(known.error, `the event ${event.type}`);
  });

  const answer = async (frame: ClientFrame): Promise<HostFrame> => {
    const { id } = frame;
    try {
      return { type: 'result', id, result: await answerOf(api, frame) };
    } catch (error) {
      if (error instanceof RequestError && error.fields.length > 0)
        return { type: 'error', id, code: error.code, fact: error.message, fields: [...error.fields] };
      if (error instanceof LockstepError) return { type: 'error', id, code: error.code, fact: error.message };
      options.reportFault(error, `the request ${frame.name}`);
      return { type: 'error', id, code: 'INTERNAL', fact: 'the request failed; the log says more' };
    }
  };

  const reply = async (frame: ClientFrame): Promise<void> => {
    pending += 1;
    const frameBack = await answer(frame);
    pending -= 1;
    outbox.send(frameBack);
  };

  page.onClose(end);
  page.onFrame((unknownFrame) => {
    if (closed) return;
    const frame = clientFrameSchema.safeParse(unknownFrame);
    if (!frame.success) {
      stray += 1;
      if (stray > MOST_STRAY_FRAMES) close();
      return;
    }
    const { id } = frame.data;
    if (pending >= MAX_PENDING_REQUESTS)
      return outbox.send({ type: 'error', id, code: 'INTERNAL', fact: 'too many requests wait already' });
    void reply(frame.data);
  });
  return { close };
}

/** @throws LockstepError for what the page is to know; anything else is a fault of ours */
async function answerOf(api: Api, frame: ClientFrame): Promise<unknown> {
  const { name } = frame;
  if (!isRequestName(name)) throw new RequestError('REQUEST_INVALID', `there is no request ${name}`);
  const params = REQUESTS[name].params.safeParse(frame.params);
  if (!params.success) {
    const fields = fieldFaults(params.error);
    throw new RequestError('REQUEST_INVALID', describeFields(name, fields), fields);
  }
  const result = await api.request(name, params.data as ValidParams<typeof name>);
  return REQUESTS[name].result.parse(result);
}

const isRequestName = (name: string): name is RequestName => Object.hasOwn(REQUESTS, name);

function describeFields(name: string, fields: readonly { path: string; message: string }[]): string {
  const [first] = fields;
  if (!first) return `${name} cannot be understood`;
  const others = fields.length > 1 ? `, and ${fields.length - 1} more` : '';
  return `${first.path || name} ${first.message}${others}`;
}
