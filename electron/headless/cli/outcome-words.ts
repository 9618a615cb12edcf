import type { Outcome } from '../../../shared/contract/engine-messages.ts';
import { describeStand } from '../../../shared/format/feed-words.ts';
import { formatCount } from '../../../shared/format/numbers.ts';

/** How a run has ended, and what to do from there, in lines. */
export function describeOutcome(outcome: Outcome): string {
  const { evictedKeys } = outcome;
  const lost =
    evictedKeys > 0
      ? `\nThe target has evicted ${formatCount(evictedKeys)} keys since the full copy: the two sides differ.`
      : '';
  return `${describeReason(outcome)}${lost}`;
}

function describeReason(outcome: Outcome): string {
  const copied = outcome.keysCopied > 0 ? `${formatCount(outcome.keysCopied)} keys copied, ` : '';
  const applied = `${formatCount(outcome.commandsApplied)} commands applied`;
  if (outcome.reason === 'full-copy') return `Full copy complete: ${copied.replace(/, $/, '')}.`;
  if (outcome.reason === 'cut-over')
    return `Moved: ${copied}${applied}. The source replicates from the target now, so there is nothing left to follow; the target has been handed over.`;
  const head = outcome.reason === 'caught-up' ? 'In step' : 'Stopped';
  return `${head}: ${copied}${applied}; ${describeStand(outcome.offset, outcome.feeds)}.\nThe checkpoint stays on the target: run the same command to go on from there.`;
}
