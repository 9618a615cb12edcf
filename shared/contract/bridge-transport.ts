import type { WindowBridge } from '../window-bridge.ts';
import type { ClientTransport } from './frames.ts';

/** The desktop window's transport, over what the preload offers. Once closed it lets go of it; another may follow. */
export function bridgeTransport(bridge: WindowBridge): ClientTransport {
  let open = true;
  const stops: (() => void)[] = [];
  const close = (): void => {
    open = false;
    for (const stop of stops.splice(0)) stop();
  };
  return {
    send: (frame) => {
      if (open) bridge.send(frame);
    },
    onFrame: (listener) => void stops.push(bridge.onFrame(listener)),
    onClose: (listener) =>
      void stops.push(
        bridge.onClose(() => {
          close();
          listener();
        }),
      ),
    close,
  };
}
