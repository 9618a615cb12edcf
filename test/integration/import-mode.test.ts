/** Targets that let no key go by their own clock (Valkey 8.1 and later): expiry there is exact while a task runs. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { releaseTask } from '../../electron/engine/task/release-task.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { LateStandby } from '../support/late-standby.ts';
import { ShortLivedCounters } from '../support/source/short-lived-counters.ts';
import { poll, startRun } from '../support/sync-run.ts';
import { isPresent, missingServers, versionNamed } from '../support/versions/servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

const SMALL_MS = 10_000;
const ASKED_MS = 300;
const IMPORT = { importMode: 'use' } as const;

for (const version of ['valkey-8.1', 'valkey-9.1'].map(versionNamed)) {
  describe.skipIf(!isPresent(version))(`a target of ${version.name}${missingServers(version)}`, () => {
    let standby: LateStandby;

    beforeEach(async () => {
      standby = await LateStandby.start(SMALL_MS, version);
    });

    afterEach(() => standby.stop());

    const mode = async (): Promise<unknown> =>
      ((await standby.b.call('CONFIG', 'GET', 'import-mode')) as unknown[])[1];

    it('has every key at its true time, hides what has expired, and is left as it was', async () => {
      const { a, b } = standby;
      for (let i = 0; i < 100; i++) await a.set(`k:${i}`, 'v', 'PX', 100_000 + i);
      await standby.follow(IMPORT, 'imported');
      expect(await mode()).toBe('yes');
      await a.set('streamed', 'v', 'PX', 50_000);
      await poll('the key', async () => (await b.exists('streamed')) === 1);
      for (const key of ['k:0', 'k:99', 'streamed']) {
        const [here, there] = await Promise.all([a.pttl(key), b.pttl(key)]);
        expect(Math.abs(there - here), key).toBeLessThan(ASKED_MS);
      }
      await a.set('soon', 'v', 'PX', 1500);
      await poll('the short-lived key', async () => (await b.exists('soon')) === 1);
      standby.run!.session.pause();
      await poll('it is hidden', async () => (await b.exists('soon')) === 0);
      await pause(500);
      standby.run!.session.resume();
      await standby.ends(1);
      expect(await mode()).toBe('no');
      expect(await b.hmget('lockstep:{tasks}:checkpoint:test', 'expiry', 'active')).toEqual(['exact', '0']);
    });

    it('leaves the mode alone where somebody else has turned it on', async () => {
      await standby.b.call('CONFIG', 'SET', 'import-mode', 'yes');
      await standby.follow(IMPORT, 'imported');
      await standby.ends(1);
      expect(await mode()).toBe('yes');
    });

    it('goes on after the death of the tool, by the next run or by a release, and the mode is off at the end', async () => {
      const engine = await standby.followApart(IMPORT, 'imported');
      engine.kill();
      await engine.exited;
      expect(await mode()).toBe('yes');
      const released = await releaseTask(systemWorld, parseEndpoint(standby.target.url), undefined, {
        warning: () => undefined,
      });
      expect([released.task, await mode()]).toEqual(['test', 'no']);
      const run = startRun(standby.source.url, standby.target.url, { ...IMPORT });
      await run.outcome;
      expect(run.told.filter((text) => /full copy/.test(text))).toEqual([]);
      expect(await mode()).toBe('no');
    });

    it('is off after a copy that does not use it, where a run that was cut off had left it on', async () => {
      const engine = await standby.followApart(IMPORT, 'imported');
      engine.kill();
      await engine.exited;
      await startRun(standby.source.url, standby.target.url, { fullOnly: true }).outcome;
      expect(await mode()).toBe('no');
    });

    describe('keeps counters under short expiry that the source extends just in time', () => {
      let counters: ShortLivedCounters;

      beforeEach(async () => {
        await standby.follow(IMPORT, 'imported');
        counters = new ShortLivedCounters(standby.a);
        counters.begin();
        await poll('the counters', async () => (await standby.b.dbsize()) > counters.count / 2);
      });

      it('through a freeze and a pause, without any mending', async () => {
        standby.freeze();
        await pause(4000);
        standby.thaw();
        standby.run!.session.pause();
        await pause(4000);
        standby.run!.session.resume();
        await counters.end();
        await standby.ends(1);
        expect(standby.run!.faults).toEqual([]);
      });

      it('through the mode being turned off behind its back, which is told and mended', async () => {
        standby.run!.session.pause();
        await pause(500);
        await standby.b.call('CONFIG', 'SET', 'import-mode', 'no');
        await pause(3000);
        standby.run!.session.resume();
        await poll('it is told', () => standby.run!.faults.includes('EXPIRY_OVERTAKEN'));
        expect(standby.run!.told.join('\n')).toContain('import-mode of the target was turned off');
        await counters.end();
        await standby.ends(1);
        expect(await mode()).toBe('no');
      });

      it('through a restart of the target, which ends the mode', async () => {
        await standby.b.save();
        await standby.target.kill();
        await pause(2000);
        await standby.target.restart();
        await poll('the mode is on again', async () => (await mode().catch(() => 'no')) === 'yes');
        await counters.end();
        await standby.ends(1);
      });
    });
  });
}

it('a target without the mode is served with late expiry, and that is told', async () => {
  const standby = await LateStandby.start(SMALL_MS);
  try {
    await standby.follow(IMPORT, 'long');
    expect(standby.run!.told.join('\n')).toMatch(/import-mode of the target cannot be used/);
    await standby.ends(1);
  } finally {
    await standby.stop();
  }
});
