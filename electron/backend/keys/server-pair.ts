import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';

/** Two servers whose keys are looked at, and which of their databases belong together. */
export type ServerPair = Pick<
  Extract<EngineCommand, { type: 'compare' }>,
  'source' | 'target' | 'databases' | 'databaseMap'
>;
