import { EXIT } from '../../../shared/errors/catalogue.ts';

// SIGHUP: the terminal, or the ssh session that it came through, is gone.
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with the first signal to end, after telling `onAsked`; the second one ends the process at once. */
export function untilAskedToEnd(onAsked: () => void): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      // Engines end by themselves when their host is gone, and go on from their checkpoints.
      if (asked) process.exit(EXIT.interrupted);
      asked = true;
      onAsked();
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, ask);
  });
}
