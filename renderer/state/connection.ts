import type { AppEvent, RequestName, RequestParams, RequestResult } from '../../shared/contract/api.ts';
import { createClient, type Client } from '../../shared/contract/client.ts';
import type { ClientTransport } from '../../shared/contract/frames.ts';
import { RequestError } from '../../shared/contract/request-error.ts';

/**
 * `connecting`: the first attempt is under way. `lost`: there is no connection, and it is being tried again. `shut-out`: the
 * same, but the application is there and does not let this page in: its user has to do something.
 */
export type ConnectionStatus = 'connecting' | 'open' | 'lost' | 'shut-out';

/** A client that outlives its transport: when the other end is gone, it tries again until it is back. */
export interface Connection {
  /** @throws RequestError what the application answers, or HOST_GONE */
  request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>>;
  /** @returns a function that ends listening */
  onEvent(listener: (event: AppEvent) => void): () => void;
  status(): ConnectionStatus;
  /** Calls the listener with every change of the status. @returns a function that ends that */
  onStatus(listener: () => void): () => void;
  /** Tries now instead of waiting for the next attempt. */
  retry(): void;
  close(): void;
}

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 5000;
/** A tunnel that hangs closes nothing: a host that does not answer for this long counts as gone. */
const ANSWER_TIMEOUT_MS = 15_000;
const PROBE_INTERVAL_MS = 15_000;

/** `isShutOut` tells whether the application is there and refuses this page, which a broken transport does not say itself. */
export function openConnection(
  open: () => ClientTransport,
  isShutOut: () => Promise<boolean> = () => Promise.resolve(false),
): Connection {
  const listeners = new Set<(event: AppEvent) => void>();
  const watchers = new Set<() => void>();
  let status: ConnectionStatus = 'connecting';
  let current: Client | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = FIRST_RETRY_MS;
  let ended = false;

  const become = (next: ConnectionStatus): void => {
    if (status === next) return;
    status = next;
    for (const watcher of watchers) watcher();
  };

  const connect = (): void => {
    clearTimeout(timer);
    const client = createClient(open());
    current = client;
    client.onEvent((event) => {
      for (const listener of listeners) listener(event);
    });
    client.onClose(() => {
      if (current === client) lose();
    });
    probe(client);
  };

  /** Asks something small: the answer opens the connection, and keeps it open. */
  const probe = (client: Client): void => {
    clearTimeout(timer);
    timer = setTimeout(() => current === client && lose(), ANSWER_TIMEOUT_MS);
    const answered = (): void => {
      if (current !== client) return;
      clearTimeout(timer);
      timer = setTimeout(() => probe(client), PROBE_INTERVAL_MS);
      retryMs = FIRST_RETRY_MS;
      become('open');
    };
    // Any answer will do. When the transport closes instead, `onClose` says so.
    client.request('app.info', {}).then(answered, (error: unknown) => {
      if (!(error instanceof RequestError && error.code === 'HOST_GONE')) answered();
    });
  };

  const lose = (): void => {
    const gone = current;
    current = undefined;
    gone?.close();
    clearTimeout(timer);
    if (ended) return;
    if (status !== 'shut-out') become('lost');
    timer = setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    void lookAtTheDoor();
  };

  const lookAtTheDoor = async (): Promise<void> => {
    const refused = await isShutOut().catch(() => false);
    if (ended || status === 'open') return;
    // The door has opened meanwhile: nobody is to wait for the next attempt.
    if (!refused && status === 'shut-out' && !current) connect();
    become(refused ? 'shut-out' : 'lost');
  };

  connect();
  return {
    request: (name, params) =>
      current
        ? current.request(name, params)
        : Promise.reject(new RequestError('HOST_GONE', 'the request was not sent')),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status: () => status,
    onStatus(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    retry() {
      if (!current && !ended) connect();
    },
    close() {
      ended = true;
      lose();
    },
  };
}
