import { REQUESTS, type AppEvent, type RequestName, type RequestParams, type RequestResult } from './api.ts';
import {
  hostFrameSchema,
  MAX_PENDING_REQUESTS,
  MAX_REQUEST_BYTES,
  type ClientTransport,
  type HostFrame,
} from './frames.ts';
import { RequestError } from './request-error.ts';

/** The page's way to ask the application, the same on every transport. */
export interface Client {
  /**
   * Resolves with the validated result. @throws RequestError: the application's own code and fact, or
   * HOST_GONE when the connection is or gets closed, REQUEST_INVALID when the request is too large to be sent,
   * INTERNAL when too many requests wait already or the answer does not fit the contract
   */
  request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>>;
  /** Calls the listener with every event from now on, in order. @returns a function that ends that */
  onEvent(listener: (event: AppEvent) => void): () => void;
  /** Calls the listener once when the connection is closed, at once if it is already. */
  onClose(listener: () => void): void;
  readonly closed: boolean;
  /** Rejects all that is pending with HOST_GONE. */
  close(): void;
}

export interface ClientOptions {
  /** Told of every frame that is not of the contract or answers nothing; such a frame is ignored. */
  readonly onStrayFrame?: (what: string) => void;
  readonly maxPending?: number;
}

interface Pending {
  readonly name: RequestName;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: RequestError) => void;
}

const FIRST_IDS = 2 ** 40;
const utf8 = new TextEncoder();

export function createClient(transport: ClientTransport, options: ClientOptions = {}): Client {
  const { onStrayFrame = () => undefined, maxPending = MAX_PENDING_REQUESTS } = options;
  const pending = new Map<number, Pending>();
  const eventListeners = new Set<(event: AppEvent) => void>();
  const closeListeners = new Set<() => void>();
  // Clients of one page may follow each other on one bridge: a late answer to one is not to reach the next.
  let nextId = Math.floor(Math.random() * FIRST_IDS);
  let closed = false;

  const settle = (id: number): Pending | undefined => {
    const waiting = pending.get(id);
    if (waiting) pending.delete(id);
    else onStrayFrame(`an answer to request ${id}, which nobody waits for`);
    return waiting;
  };

  const receive = (frame: HostFrame): void => {
    if (frame.type === 'event') {
      for (const listener of [...eventListeners]) listener(frame.event);
    } else if (frame.type === 'error') {
      settle(frame.id)?.reject(new RequestError(frame.code, frame.fact, frame.fields));
    } else {
      const waiting = settle(frame.id);
      if (!waiting) return;
      const result = REQUESTS[waiting.name].result.safeParse(frame.result);
      if (result.success) waiting.resolve(result.data);
      else waiting.reject(new RequestError('INTERNAL', `the answer to ${waiting.name} has an unknown form`));
    }
  };

  const end = (): void => {
    if (closed) return;
    closed = true;
    const waiting = [...pending.values()];
    pending.clear();
    for (const { name, reject } of waiting) reject(gone(`the connection closed before ${name} was answered`));
    for (const listener of closeListeners) listener();
  };

  transport.onClose(end);
  transport.onFrame((unknownFrame) => {
    if (closed) return;
    const frame = hostFrameSchema.safeParse(unknownFrame);
    if (frame.success) receive(frame.data);
    else onStrayFrame('a frame of an unknown form');
  });

  const send = (name: RequestName, params: unknown, answer: Omit<Pending, 'name'>): void => {
    if (closed) return answer.reject(gone('the connection is closed'));
    if (pending.size >= maxPending)
      return answer.reject(new RequestError('INTERNAL', `${maxPending} requests wait for their answers`));
    const frame = { type: 'request', id: nextId, name, params } as const;
    if (sizeOf(frame) > MAX_REQUEST_BYTES)
      return answer.reject(new RequestError('REQUEST_INVALID', `more than 1 MB was entered for ${name}`));
    nextId += 1;
    pending.set(frame.id, { name, ...answer });
    transport.send(frame);
  };

  return {
    request: <N extends RequestName>(name: N, params: RequestParams<N>) =>
      new Promise<RequestResult<N>>((resolve, reject) => {
        // The schema of the name has made the result what it is to be: receive() above.
        send(name, params, { resolve: resolve as (result: unknown) => void, reject });
      }),
    onEvent: (listener) => {
      eventListeners.add(listener);
      return () => void eventListeners.delete(listener);
    },
    onClose: (listener) => {
      if (closed) listener();
      else closeListeners.add(listener);
    },
    get closed() {
      return closed;
    },
    close: () => {
      end();
      transport.close();
    },
  };
}

const gone = (fact: string): RequestError => new RequestError('HOST_GONE', fact);

const sizeOf = (frame: object): number => utf8.encode(JSON.stringify(frame)).length;
