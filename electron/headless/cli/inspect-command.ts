import { EXIT } from '../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatCount, formatDuration, formatKeys } from '../../../shared/format/numbers.ts';
import { visibleLines } from '../../../shared/format/visible.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import type { Inspection } from '../../../shared/model/contents.ts';
import { inspectServer } from '../../engine/verify/inspect-server.ts';
import { systemWorld } from '../../engine/world/system-world.ts';
import { parsePace } from './compare-progress.ts';
import { contentsLines } from './contents-lines.ts';
import type { OutputEnd } from './output-end.ts';
import { parseDatabases } from './parse-databases.ts';
import { placed } from './placed.ts';
import { readEndpoint } from './read-endpoints.ts';
import { stopSignal } from './stop-signal.ts';
import { keepYoungSpaceSmall } from '../../engine/world/young-space.ts';

export interface InspectFlags {
  readonly source?: string;
  readonly sourceSentinelUser?: string;
  readonly addressMap?: string;
  readonly db?: string;
  readonly maxKeysPerSecond?: string;
  readonly json?: boolean;
}

/** Runs `inspect`. @throws LockstepError */
export async function inspectCommand(flags: InspectFlags, output: OutputEnd): Promise<number> {
  const source = readEndpoint('source', flags, process.env);
  const databases = chosen(flags.db, source.db);
  const pace = parsePace(flags.maxKeysPerSecond);
  const json = flags.json === true;
  const live = !json && process.stderr.isTTY;
  keepYoungSpaceSmall();
  const signal = stopSignal(output);
  if (!json) process.stderr.write(`Looking at ${describeEndpoint(source)}\n`);
  const inspection = await placed({ source }, () =>
    inspectServer({
      world: systemWorld,
      ...{ source, databases, pace, signal },
      onProgress: (db, keysDone, keysTotal) => {
        if (live)
          process.stderr.write(
            `\r\x1b[2KDatabase ${db}: ${formatCount(keysDone)} of ${formatCount(keysTotal)} keys`,
          );
      },
    }),
  );
  if (live) process.stderr.write('\r\x1b[2K');
  process.stdout.write(
    json
      ? `${JSON.stringify(inspection)}\n`
      : `${visibleLines(describeInspection(describeEndpoint(source), inspection))}\n`,
  );
  return EXIT.ok;
}

export function describeInspection(
  where: string,
  { databases, contents, ownKeys, durationMs }: Inspection,
): string {
  return [
    ...databases.map(({ db, keys }) => `Database ${db}: ${formatKeys(keys)}`),
    ...contentsLines(where, contents),
    ...(ownKeys > 0 ? [`Left out: ${formatCount(ownKeys)} of the tool's own keys (lockstep:…)`] : []),
    `Looked at in ${formatDuration(durationMs)}`,
  ].join('\n');
}

/** An address or --db chooses databases; here none goes into another. @throws LockstepError USAGE */
function chosen(db: string | undefined, inAddress: number): number[] | undefined {
  const listed = db === undefined ? undefined : parseDatabases(db, '--db');
  if (listed && listed.map.length > 0)
    throw new LockstepError('USAGE', '--db of inspect takes numbers such as 0,3');
  if (listed && inAddress !== 0)
    throw new LockstepError(
      'USAGE',
      `the address names database ${inAddress}, and --db others: give one of the two`,
    );
  return listed?.databases ?? (inAddress === 0 ? undefined : [inAddress]);
}
