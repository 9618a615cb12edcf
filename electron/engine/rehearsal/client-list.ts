import { MOST_TOLD, type CutoverClient, type CutoverSide } from '../../../shared/model/cutover-facts.ts';

/** How connections of the tool are called. */
const OWN_NAME = /^lockstep\b/;
/** How Sentinels call theirs: sentinel.c, sentinelSetClientName. */
const OF_SENTINEL = /^sentinel-[0-9a-f]{8}-(?:cmd|pubsub)$/;

/**
 * The clients in an answer to CLIENT LIST that are neither replicas, nor Sentinels, nor ours, those that write first. `writes`: names of commands that change
 * data. Source: Redis networking.c, catClientInfoString.
 */
export function parseClientList(
  text: string,
  writes: ReadonlySet<string>,
): NonNullable<CutoverSide['clients']> {
  const found = text.split('\n').flatMap((line) => clientOf(line, writes) ?? []);
  const sorted = found.toSorted(byActivity);
  return { total: sorted.length, told: sorted.slice(0, MOST_TOLD) };
}

/** Those that write first, and who did something last. */
export const byActivity = (a: CutoverClient, b: CutoverClient): number =>
  Number(b.writes) - Number(a.writes) || a.idleSeconds - b.idleSeconds;

function clientOf(line: string, writes: ReadonlySet<string>): CutoverClient | undefined {
  const fields = new Map(
    line
      .trim()
      .split(' ')
      .map((field) => {
        const at = field.indexOf('=');
        return [field.slice(0, at), field.slice(at + 1)];
      }),
  );
  const address = fields.get('addr');
  const name = fields.get('name') ?? '';
  // S: a replica; M: its primary.
  if (address === undefined || /[SM]/.test(fields.get('flags') ?? '')) return undefined;
  if (OWN_NAME.test(name) || OF_SENTINEL.test(name)) return undefined;
  const command = fields.get('cmd') ?? '';
  return {
    address,
    name,
    user: fields.get('user') ?? '',
    command,
    writes: writes.has(command.split('|')[0]!.toLowerCase()),
    idleSeconds: Number(fields.get('idle') ?? 0),
  };
}
