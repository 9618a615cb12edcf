import type { Outcome } from '../../../shared/contract/engine-messages.ts';
import { ERROR_CATALOGUE, type ErrorCode } from '../../../shared/errors/catalogue.ts';
import { describeStand } from '../../../shared/format/feed-words.ts';
import { formatCount, formatKeys } from '../../../shared/format/numbers.ts';
import type { EventSeverity } from '../../../shared/model/task-event.ts';
import type { SessionEnd } from './engine-session.ts';

const EXPIRY_HELD = 'expiry on the target may still be late, and can be made exact on the page of the task';

/** How a run ended that ended well. */
export function describeOutcome(outcome: Outcome): string {
  const { evictedKeys } = outcome;
  const lost =
    evictedKeys > 0 ? `. The target has evicted ${formatKeys(evictedKeys)} since the full copy` : '';
  return `${describeReason(outcome)}${lost}`;
}

function describeReason({ reason, keysCopied, commandsApplied, offset, feeds }: Outcome): string {
  const copied = `${formatKeys(keysCopied)} copied`;
  if (reason === 'full-copy') return `The full copy is complete: ${copied}`;
  const applied = `${formatCount(commandsApplied)} commands applied`;
  if (reason === 'cut-over')
    return `The move is done: the source replicates from the target now, which has been handed over; ${applied}`;
  return `Stopped: ${keysCopied > 0 ? `${copied}, ` : ''}${applied}; ${describeStand(offset, feeds)}`;
}

/** How a run ended that was asked to stop. */
export function describeEnd(end: SessionEnd): { severity: EventSeverity; text: string; code?: ErrorCode } {
  switch (end.kind) {
    case 'finished':
      return {
        severity: end.outcome.evictedKeys > 0 ? 'warning' : 'info',
        text: describeOutcome(end.outcome),
      };
    case 'abandoned':
      return { severity: 'info', text: 'Stopped' };
    case 'failed':
      return end.code === 'INTERRUPTED'
        ? {
            severity: 'info',
            text: `Stopped: ${end.fact}`,
          }
        : {
            severity: 'warning',
            text: `Stopped at the last checkpoint. ${ERROR_CATALOGUE[end.code].title}: ${end.fact}`,
            code: end.code,
          };
    case 'killed':
      return { severity: 'warning', text: `Stopped by ending the engine's process: ${EXPIRY_HELD}` };
    case 'died':
      return {
        severity: 'warning',
        text: `Stopped, but the engine ended before it was done (${end.fact}): ${EXPIRY_HELD}`,
        code: 'ENGINE_DIED',
      };
  }
}
