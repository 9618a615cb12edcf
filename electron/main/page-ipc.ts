import type { IpcMainEvent, WebContents, WebFrameMain } from 'electron';
import { MAX_REQUEST_BYTES, type PageTransport } from '../../shared/contract/frames.ts';
import {
  CHANNEL_CLOSED,
  CHANNEL_RECEIVED,
  CHANNEL_TO_HOST,
  CHANNEL_TO_PAGE,
} from '../../shared/window-bridge.ts';
import type { Api } from '../backend/api.ts';
import { serveConnection, type ConnectionOptions } from '../backend/connection.ts';

/** Frames that the page may owe a receipt for before what can wait is held back. */
const CONGESTED_FRAMES = 500;

export interface PageIpcOptions extends ConnectionOptions {
  readonly api: Api;
  /** The only origin that is listened to. */
  readonly origin: string;
}

/** One load of the page. */
interface Load {
  readonly onFrame: (frame: unknown) => void;
  readonly received: () => void;
  readonly end: () => void;
}

/**
 * Serves the page of a window over Electron's IPC. A connection begins with the first frame of a load of the page,
 * and ends with that load. Frames from any other origin, or from a frame within the page, are dropped.
 * @returns a function that ends the connection that is open now, if there is one
 */
export function servePageIpc(contents: WebContents, options: PageIpcOptions): () => void {
  let load: Load | undefined;
  const endLoad = (): void => {
    const ended = load;
    load = undefined;
    ended?.end();
  };
  const isOurPage = ({ senderFrame }: IpcMainEvent): boolean => isOurFrame(senderFrame, options.origin);

  contents.ipc.on(CHANNEL_TO_HOST, (event, frame: unknown) => {
    if (!isOurPage(event)) return;
    if (sizeOf(frame) > MAX_REQUEST_BYTES) return endLoad();
    load ??= beginLoad(contents, options, () => (load = undefined));
    load.onFrame(frame);
  });
  contents.ipc.on(CHANNEL_RECEIVED, (event) => {
    if (isOurPage(event)) load?.received();
  });
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) endLoad();
  });
  contents.on('render-process-gone', endLoad);
  contents.on('destroyed', endLoad);
  return endLoad;
}

function beginLoad(contents: WebContents, options: PageIpcOptions, onEnd: () => void): Load {
  let toHost: (frame: unknown) => void = () => undefined;
  let onClose: () => void = () => undefined;
  let unconfirmed = 0;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    onClose();
    onEnd();
    if (isReachable(contents)) contents.send(CHANNEL_CLOSED);
  };
  const page: PageTransport = {
    send: (frame) => {
      if (ended || !isReachable(contents)) return;
      unconfirmed += 1;
      contents.send(CHANNEL_TO_PAGE, frame);
    },
    onFrame: (listener) => void (toHost = listener),
    onClose: (listener) => void (onClose = listener),
    isCongested: () => unconfirmed > CONGESTED_FRAMES,
    close: end,
  };
  serveConnection(options.api, page, options);
  // A receipt may be of the load before.
  const received = (): void => void (unconfirmed = Math.max(0, unconfirmed - 1));
  return { onFrame: (frame) => toHost(frame), received, end };
}

const isOurFrame = (frame: WebFrameMain | null, origin: string): boolean =>
  frame !== null && frame.parent === null && frame.origin === origin;

const isReachable = (contents: WebContents): boolean => !contents.isDestroyed() && !contents.isCrashed();

/** What cannot be written as JSON, such as a circle, is no frame: its size is beyond any limit. */
function sizeOf(frame: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(frame) ?? '');
  } catch {
    return Infinity;
  }
}
