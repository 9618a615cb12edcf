import type { WindowBridge } from '../window-bridge.ts';
import type { ClientTransport } from './frames.ts';

/** The desktop window's transport, over what the preload offers. Once closed it stays silent; another may follow and takes its place. */
export function bridgeTransport(bridge: WindowBridge): ClientTransport {
  let open = true;
  return {
    send: (frame) => {
      if (open) bridge.send(frame);
    },
    onFrame: (listener) =>
      bridge.onFrame((frame) => {
        if (open) listener(frame);
      }),
    onClose: (listener) =>
      bridge.onClose(() => {
        open = false;
        listener();
      }),
    close: () => {
      open = false;
    },
  };
}
