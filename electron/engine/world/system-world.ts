import net from 'node:net';
import tls from 'node:tls';
import type { Clock } from './clock.ts';
import type { World } from './world.ts';

const clock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimeout: (run, waitMs) => setTimeout(run, waitMs),
  setInterval: (run, everyMs) => setInterval(run, everyMs),
  setImmediate: (run) => void setImmediate(run),
  // Node clears either kind by either name.
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

/** The clock and the network of this machine. Only what begins a process takes it from here. */
export const systemWorld: World = {
  clock,
  net: {
    connect: (options) => net.connect(options),
    connectTls: (options) => tls.connect(options),
  },
};
