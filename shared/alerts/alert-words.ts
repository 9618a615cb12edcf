import { formatLag } from '../format/rates.ts';
import { formatDuration } from '../format/numbers.ts';
import { formatExact } from '../format/times.ts';
import type { AlertKind } from './alert-settings.ts';
import type { AlertFacts } from './judge-alerts.ts';

/** An alert for people. */
export interface AlertText {
  readonly title: string;
  readonly text: string;
}

/** `reason`: why the task has failed; empty where it has not. */
export function describeAlert(
  kind: AlertKind,
  name: string,
  facts: AlertFacts,
  reason: string,
  forMs: number,
): AlertText {
  const lasts = forMs < 1000 ? '' : ` for ${formatDuration(forMs)}`;
  switch (kind) {
    case 'lag':
      return {
        title: `${name} is behind`,
        text: `${formatLag(facts.lagSeconds ?? 0)} behind the source, above its bound${lasts}.`,
      };
    case 'drift':
      return {
        title: `${name}: the sides differ`,
        text: `Source and target hold different keys${lasts}, and not since changes are on their way. A comparison says which.`,
      };
    case 'failed':
      return { title: `${name} has failed`, text: `${reason || 'It has ended with a fault'}.` };
    case 'buffer':
      return {
        title: `${name}: the buffer on this machine fills`,
        text: `${Math.floor(facts.bufferPercent)} % of what it may take on disk is full. Once all is, what waits is dropped, and the stream is asked for again.`,
      };
    case 'certificate':
      return {
        title: `${name}: a certificate ends`,
        text:
          facts.certificateEndsAtMs === null
            ? 'A certificate of it ends.'
            : `It is valid until ${formatExact(facts.certificateEndsAtMs)}.`,
      };
  }
}

const OVER: Readonly<Record<AlertKind, string>> = {
  lag: 'is no longer behind its bound',
  drift: 'has sides that no longer differ',
  failed: 'is no longer failed',
  buffer: 'has room in its buffer again',
  certificate: 'has a certificate that does not end soon',
};

export const describeOver = (kind: AlertKind, name: string, forMs: number): AlertText => ({
  title: `${name} ${OVER[kind]}`,
  text: `That was so for ${formatDuration(forMs)}.`,
});
