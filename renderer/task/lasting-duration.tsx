import type { ReactElement } from 'react';
import { formatDuration } from '../../shared/format/numbers.ts';
import { useNow } from '../state/now.ts';

export interface LastingDurationProps {
  /** What had passed before. */
  readonly spentMs: number;
  /** Since when it goes on; null when it has ended. */
  readonly sinceMs: number | null;
}

/** A duration, in whole seconds while it goes on. */
export const LastingDuration = ({ spentMs, sinceMs }: LastingDurationProps): ReactElement =>
  sinceMs === null ? <span>{formatDuration(spentMs)}</span> : <Growing spentMs={spentMs} sinceMs={sinceMs} />;

function Growing({ spentMs, sinceMs }: { readonly spentMs: number; readonly sinceMs: number }): ReactElement {
  const passedMs = spentMs + Math.max(0, useNow() - sinceMs);
  const seconds = Math.floor(passedMs / 1000);
  return <span>{seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000)}</span>;
}
