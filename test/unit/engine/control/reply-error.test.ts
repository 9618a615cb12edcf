import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { libraryNames } from '../../../../electron/engine/control/function-libraries.ts';
import { readImportMode, setImportMode } from '../../../../electron/engine/control/import-mode.ts';
import { readModules } from '../../../../electron/engine/control/module-names.ts';
import { measureRoundTrip } from '../../../../electron/engine/control/round-trip.ts';
import { readServerCommands } from '../../../../electron/engine/control/server-commands.ts';
import { readClockAhead } from '../../../../electron/engine/control/server-facts.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';
import { judgementOf } from '../../../../electron/engine/writer/batch-judge.ts';

const { clock } = systemWorld;
const SILENT = new Error('Command timed out');
const REFUSED = Object.assign(new Error('NOPERM this user may not'), { name: 'ReplyError' });

/** A connection that stands, and of which every command ends like this. */
function connectionThat(error: Error): Redis {
  const fails = async (): Promise<never> => {
    throw error;
  };
  const asking = { eval: () => asking, get: () => asking, exec: fails };
  return { status: 'ready', call: fails, ping: fails, multi: () => asking } as unknown as Redis;
}

/** What may be asked of a server that may refuse it, and what stands for the answer then. */
const QUESTIONS: readonly (readonly [string, (redis: Redis) => Promise<unknown>, unknown])[] = [
  ['its commands', readServerCommands, []],
  ['its libraries', (redis) => libraryNames([redis]), undefined],
  ['its modules', readModules, []],
  ['its clock', (redis) => readClockAhead(clock, redis), 0],
  ['its import-mode', readImportMode, undefined],
  ['to turn that on', (redis) => setImportMode(redis, 'on'), false],
  ['what it can judge', (redis) => judgementOf(redis, 't', true), { errors: false, time: false }],
];

describe('a server that is asked for', () => {
  it.each(QUESTIONS)('%s and refuses is done without', async (_what, ask, instead) => {
    expect(await ask(connectionThat(REFUSED))).toEqual(instead);
  });

  it.each(QUESTIONS)('%s and is silent has refused nothing', async (_what, ask) => {
    await expect(ask(connectionThat(SILENT))).rejects.toBe(SILENT);
  });

  it('its round trip has none while it is silent, and one when it refuses', async () => {
    await expect(measureRoundTrip(clock, connectionThat(SILENT))).rejects.toBe(SILENT);
    expect(await measureRoundTrip(clock, connectionThat(REFUSED))).toBeGreaterThanOrEqual(0);
  });
});
