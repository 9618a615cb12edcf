import { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';

/**
 * Preloaded into what `npm run` starts. File descriptor 3 is a pipe from the launcher on which nothing is
 * ever sent; it ends when the launcher is gone, however it went, and then this process is to stop as well.
 */
const LIFELINE_FD = 3;

// Workers and forked processes inherit the preload, but not the pipe.
if (isMainThread && process.env.LOCKSTEP_LIFELINE === String(process.ppid)) {
  const lifeline = new Socket({ fd: LIFELINE_FD, readable: true, writable: false });
  lifeline.on('error', () => {});
  lifeline.once('close', () => process.kill(process.pid, 'SIGTERM'));
  lifeline.resume();
  lifeline.unref();
}
