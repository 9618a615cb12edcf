import type { ServerSummary } from '../../../shared/model/server-summary.ts';

/** From here on a Valkey has import-mode; no Redis does. */
const FIRST = [8, 1] as const;

/** Whether one of the targets has a setting with which expiry there can be exact. */
export const importModeMatters = (targets: readonly ServerSummary[]): boolean =>
  targets.some(({ product, version }) => {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return product === 'Valkey' && (major > FIRST[0] || (major === FIRST[0] && minor >= FIRST[1]));
  });
