import { z } from 'zod';
import type { Phase } from './metrics.ts';

/**
 * How a task leaves its target, as far as its application has heard. `exact`: it was handed over, or nothing was written to it;
 * `part`: a full copy is under way, or was cut off; `late`: it holds the source's data, and its keys go after their time until
 * it is handed over.
 */
export const targetStandingSchema = z.enum(['exact', 'part', 'late']);
export type TargetStanding = z.infer<typeof targetStandingSchema>;

/** What a phase that a run has come to makes of the target; phases that are not here leave it as it is. */
const STANDING_IN: Readonly<Partial<Record<Phase, TargetStanding>>> = {
  'full-copy': 'part',
  clearing: 'part',
  'catching-up': 'late',
  'in-step': 'late',
};

/** A copy that no stream follows writes every expiry as it is. */
export const standingIn = (phase: Phase, fullOnly: boolean): TargetStanding | undefined =>
  fullOnly ? undefined : STANDING_IN[phase];
