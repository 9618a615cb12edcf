import type { OutputEnd } from './output-end.ts';

/** Aborted by the first Ctrl-C, or when nobody reads any more what is printed. */
export function stopSignal(output: Pick<OutputEnd, 'signal'>): AbortSignal {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  output.signal.addEventListener('abort', () => stop.abort());
  return stop.signal;
}
