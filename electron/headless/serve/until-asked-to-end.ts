import { EXIT } from '../../../shared/errors/catalogue.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** The terminal, or the ssh session that it came through, is gone. */
const HANG_UP = 'SIGHUP';

/**
 * The package that writes the documents takes each signal as well and sends it once more when it has tidied up: what
 * follows so closely is no second thought.
 */
export const SAME_WITHIN_MS = 300;

/**
 * Resolves with the first signal to end, after telling `onAsked`; the second one ends the process at once. Without a terminal
 * to print on, as under nohup, a terminal that is gone means nothing: that nohup has the signal ignored cannot be seen, since
 * Node resets it.
 */
export function untilAskedToEnd(hasTerminal: boolean, onAsked: () => void): Promise<void> {
  return new Promise((resolve) => {
    let askedAtMs: number | undefined;
    const ask = (): void => {
      const nowMs = performance.now();
      if (askedAtMs === undefined) {
        askedAtMs = nowMs;
        onAsked();
        resolve();
      } else if (nowMs - askedAtMs > SAME_WITHIN_MS) {
        // Engines end by themselves when their host is gone, and go on from their checkpoints.
        process.exit(EXIT.interrupted);
      }
    };
    for (const signal of SIGNALS) process.on(signal, ask);
    process.on(HANG_UP, hasTerminal ? ask : () => undefined);
  });
}
