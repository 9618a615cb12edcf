import { expect, test, vi } from 'vitest';
import { bridgeTransport } from '../../../shared/contract/bridge-transport.ts';
import type { WindowBridge } from '../../../shared/window-bridge.ts';

function bench() {
  const frames = new Set<(frame: unknown) => void>();
  const closes = new Set<() => void>();
  const bridge: WindowBridge = {
    send: vi.fn<(frame: unknown) => void>(),
    onFrame: (listener) => {
      frames.add(listener);
      return () => void frames.delete(listener);
    },
    onClose: (listener) => {
      closes.add(listener);
      return () => void closes.delete(listener);
    },
  };
  return { bridge, frames, closes };
}

const request = { type: 'request', id: 1, name: 'app.info', params: {} } as const;

test.each(['page', 'host'])(
  'a transport that the %s has closed leaves no listener and sends nothing',
  (end) => {
    const { bridge, frames, closes } = bench();
    const heard = vi.fn<(frame: unknown) => void>();
    const closed = vi.fn<() => void>();
    for (let connection = 0; connection < 3; connection += 1) {
      const transport = bridgeTransport(bridge);
      transport.onFrame(heard);
      transport.onClose(closed);
      for (const listener of frames) listener(connection);
      if (end === 'page') transport.close();
      else for (const listener of [...closes]) listener();
      transport.send(request);
    }

    expect([frames.size, closes.size]).toEqual([0, 0]);
    expect(heard.mock.calls).toEqual([[0], [1], [2]]);
    expect(closed).toHaveBeenCalledTimes(end === 'host' ? 3 : 0);
    expect(bridge.send).not.toHaveBeenCalled();
  },
);
