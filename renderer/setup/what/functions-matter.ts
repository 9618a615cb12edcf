import type { ServerSummary } from '../../../shared/model/server-summary.ts';

/** From here on a Redis has FUNCTION; every Valkey does. */
const FIRST_MAJOR = 7;

const knowsFunctions = ({ product, version }: ServerSummary): boolean =>
  product === 'Valkey' || Number.parseInt(version, 10) >= FIRST_MAJOR;

/** Whether the source may have function libraries that a target cannot take; null stands for a server that was not asked. */
export const functionsMatter = (
  source: ServerSummary | null,
  targets: readonly (ServerSummary | null)[],
): boolean =>
  (source === null || knowsFunctions(source)) &&
  targets.some((target) => target === null || !knowsFunctions(target));
