import type { Page } from 'playwright-core';
import type { ClientFrame, ClientTransport } from '../../../shared/contract/frames.ts';
import type { WindowBridge } from '../../../shared/window-bridge.ts';

declare global {
  interface Window {
    frameArrived?: (frame: unknown) => void;
    hostClosed?: () => void;
  }
}

/**
 * Transports over the bridge of a page, for this process: frames go to the page by Playwright, and from there by the
 * bridge; those of the host come back likewise. A page that is loaded anew needs another call.
 */
export async function bridgeOf(page: Page): Promise<() => Promise<ClientTransport>> {
  const frameListeners = new Set<(frame: unknown) => void>();
  const closeListeners = new Set<() => void>();
  await page.exposeFunction('frameArrived', (frame: unknown) => {
    for (const listener of frameListeners) listener(frame);
  });
  await page.exposeFunction('hostClosed', () => {
    for (const listener of [...closeListeners]) listener();
  });
  await page.evaluate(() => {
    const bridge = (window as { lockstep?: WindowBridge }).lockstep;
    bridge?.onFrame((frame) => window.frameArrived?.(frame));
    bridge?.onClose(() => window.hostClosed?.());
  });
  const send = (frame: ClientFrame): void =>
    void page.evaluate((sent) => (window as { lockstep?: WindowBridge }).lockstep?.send(sent), frame);
  return async () => {
    // One window has one bridge: what follows belongs to the newest transport.
    frameListeners.clear();
    closeListeners.clear();
    return {
      send,
      onFrame: (listener) => void frameListeners.add(listener),
      onClose: (listener) => void closeListeners.add(listener),
      close: () => frameListeners.clear(),
    };
  };
}
