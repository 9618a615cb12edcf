import { describe, expect, it } from 'vitest';
import { judgeClocks } from '../../../../electron/engine/precheck/checks/clock-difference.ts';
import { judgeModules } from '../../../../electron/engine/precheck/checks/modules.ts';
import { judgeBacklog } from '../../../../electron/engine/precheck/checks/source-backlog.ts';
import {
  judgeOutputBuffer,
  parseBufferLimit,
} from '../../../../electron/engine/precheck/checks/source-output-buffer.ts';
import { judgeSnapshot } from '../../../../electron/engine/precheck/checks/source-snapshot.ts';
import { judgeTimeout } from '../../../../electron/engine/precheck/checks/source-timeout.ts';
import { judgeSpool } from '../../../../electron/engine/precheck/checks/spool-disk.ts';
import { judgeMemory } from '../../../../electron/engine/precheck/checks/target-memory.ts';
import { estimate } from '../../../../electron/engine/precheck/checks/throughput.ts';
import type { KeySample } from '../../../../electron/engine/precheck/key-sample.ts';

const MB = 1024 ** 2;
const GB = 1024 ** 3;

describe('clocks', () => {
  it.each([
    [0, 'pass'],
    [1_000, 'pass'],
    [1_001, 'notice'],
    [-5_000, 'notice'],
    [5_001, 'warning'],
    [-90_000, 'warning'],
  ])('%d ms is a %s', (aheadMs, status) => {
    expect(judgeClocks(aheadMs).status).toBe(status);
  });

  it('says which is ahead, by how much, and what follows', () => {
    expect(judgeClocks(90_000).found).toMatch(/1 min 30 s ahead of the source's\. .*that much earlier/);
    expect(judgeClocks(-90_000).found).toMatch(/1 min 30 s behind the source's\. .*that much later/);
  });
});

describe('repl-timeout', () => {
  it.each([
    [59, 0, 'warning', 'CONFIG SET repl-timeout 60'],
    [60, 0, 'pass', undefined],
    [59, 11 * GB, 'warning', 'CONFIG SET repl-timeout 600'],
    [60, 11 * GB, 'notice', 'CONFIG SET repl-timeout 600'],
    [600, 11 * GB, 'pass', undefined],
  ])('%d s with %d bytes is a %s', (seconds, bytes, status, command) => {
    const finding = judgeTimeout(seconds, bytes);
    expect(finding.status).toBe(status);
    expect(finding.mends[0]?.command).toBe(command);
  });
});

describe('repl-backlog-size', () => {
  const written = (bytesPerSecond: number) => ({ bytesPerSecond, from: 'offset' as const });

  it('is to cover a minute, and is raised for ten', () => {
    const finding = judgeBacklog(MB, 3600, written(MB / 10));
    expect(finding.status).toBe('warning');
    expect(finding.found).toMatch(/covers 10\.0 s of disconnection/);
    expect(finding.mends[0]!.command).toBe(`CONFIG SET repl-backlog-size ${60 * MB}`);
    expect(finding.mends[0]!.text).toMatch(/60\.0 MB, enough for 10 min\b/);
    expect(judgeBacklog(60 * MB, 3600, written(MB / 10)).status).toBe('pass');
    expect(judgeBacklog(60 * MB, 3600, written(MB)).status).toBe('pass');
    expect(judgeBacklog(60 * MB - 1, 3600, written(MB)).status).toBe('warning');
  });

  it('is never to be raised past 4 GB', () => {
    const finding = judgeBacklog(MB, 3600, written(40 * MB));
    expect(finding.mends[0]!.command).toBe(`CONFIG SET repl-backlog-size ${4 * GB}`);
    expect(finding.mends[0]!.text).toMatch(/4\.0 GB, enough for 1 min 42 s/);
  });

  it('says when reads are counted in', () => {
    expect(judgeBacklog(MB, 0, { bytesPerSecond: 1024, from: 'input' }).found).toMatch(
      /1\.0 KB\/s that clients send now, of which writes are a part, it covers at least 17 min/,
    );
  });
});

describe('the output buffer', () => {
  it('is found under either name of its class', () => {
    expect(parseBufferLimit('normal 0 0 0 slave 1 2 3 pubsub 4 5 6')).toEqual({
      hardBytes: 1,
      softBytes: 2,
      softSeconds: 3,
    });
    expect(parseBufferLimit('normal 0 0 0 replica 7 8 9 pubsub 4 5 6')?.hardBytes).toBe(7);
    expect(parseBufferLimit('normal 0 0 0')).toBeUndefined();
  });

  it('has to hold what is written while the snapshot is made', () => {
    const usual = { hardBytes: 256 * MB, softBytes: 64 * MB, softSeconds: 60 };
    expect(judgeOutputBuffer(usual, 10 * GB, 0, 'replica').status).toBe('pass');
    // 10 GB take some 205 s, in which 1 MB/s makes 205 MB.
    const busy = judgeOutputBuffer(usual, 10 * GB, MB, 'replica');
    expect(busy.status).toBe('warning');
    expect(busy.found).toMatch(/snapshot of 10\.0 GB .* about 3 min 25 s, some 204\.8 MB of changes/);
    expect(busy.mends[0]!.command).toBe(
      `CONFIG SET client-output-buffer-limit "replica ${410 * MB} ${410 * MB} 60"`,
    );
    expect(
      judgeOutputBuffer({ hardBytes: 0, softBytes: 0, softSeconds: 0 }, 10 * GB, MB, 'slave').status,
    ).toBe('pass');
    expect(judgeOutputBuffer({ ...usual, softBytes: MB }, 0, 0, 'slave').mends[0]!.command).toMatch(
      /"slave /,
    );
  });
});

describe('the snapshot', () => {
  const facts = { diskless: true, lastFailed: false, underWay: false, usedBytes: GB, machineBytes: 4 * GB };

  it('needs memory for its fork', () => {
    expect(judgeSnapshot(facts).status).toBe('pass');
    const full = judgeSnapshot({ ...facts, usedBytes: 3 * GB });
    expect(full.status).toBe('warning');
    expect(full.found).toMatch(/uses 3\.0 GB of the 4\.0 GB of its machine/);
    expect(judgeSnapshot({ ...facts, usedBytes: 3 * GB, machineBytes: undefined }).status).toBe('pass');
  });

  it('waits for a save that is under way', () => {
    expect(judgeSnapshot({ ...facts, underWay: true }).status).toBe('notice');
  });

  it('is told to avoid the disk only where it uses it', () => {
    const commands = (diskless: boolean) =>
      judgeSnapshot({ ...facts, diskless, lastFailed: true }).mends.map(({ command }) => command);
    expect(commands(true)).toEqual(['BGSAVE']);
    expect(commands(false)).toEqual(['BGSAVE', 'CONFIG SET repl-diskless-sync yes']);
  });
});

describe('the memory of the target', () => {
  const facts = {
    sourceBytes: 3 * GB,
    share: 1,
    usedBytes: 0,
    maxBytes: 0,
    machineBytes: 8 * GB,
    replaces: false,
  };

  it.each([
    [{}, 'pass'],
    [{ machineBytes: 3.5 * GB }, 'warning'],
    [{ machineBytes: undefined }, 'pass'],
    [{ maxBytes: 2 * GB }, 'failure'],
    [{ maxBytes: 2 * GB, replaces: true }, 'warning'],
    [{ maxBytes: 2 * GB, share: 0.9 }, 'warning'],
    [{ maxBytes: 2 * GB, share: 0.5 }, 'pass'],
    [{ maxBytes: 3.3 * GB }, 'warning'],
    [{ maxBytes: 3.6 * GB }, 'pass'],
    [{ maxBytes: 5 * GB, usedBytes: 4 * GB }, 'failure'],
    [{ maxBytes: 5 * GB, usedBytes: GB, machineBytes: 4 * GB }, 'warning'],
  ])('%o is a %s', (changed, status) => {
    expect(judgeMemory({ ...facts, ...changed }).status).toBe(status);
  });

  it('is raised to what is used and a fifth more than is needed', () => {
    const { mends, found } = judgeMemory({ ...facts, maxBytes: 2 * GB, usedBytes: GB });
    expect(found).toBe(
      'The data of the source take 3.0 GB. The target has a maxmemory of 2.0 GB and uses 1.0 GB, so 1.0 GB are free.',
    );
    expect(mends[0]!.command).toBe(`CONFIG SET maxmemory ${Math.ceil((GB + 1.2 * 3 * GB) / MB) * MB}`);
  });
});

it('warns where the spool may outgrow its disk', () => {
  expect(judgeSpool('/spool', 4 * GB, 4 * GB).status).toBe('pass');
  const small = judgeSpool('/spool', GB, 4 * GB);
  expect(small.status).toBe('warning');
  expect(small.found).toMatch(/^1\.0 GB are free in \/spool, and the buffer may grow to 4\.0 GB/);
});

describe('the estimate', () => {
  const facts = {
    keys: 1_000_000,
    sourceBytes: 10 * GB,
    targetBytes: 5 * GB,
    sourceSpeed: 100 * MB,
    targetSpeed: 100 * MB,
    limits: { maxCommandsPerSecond: 0 },
  };
  it.each([
    [
      {},
      /about 1 min 42 s for 1,000,000 keys, 5\.0 GB .* bounded by the way to the source, measured at 100\.0 MB\/s/,
    ],
    [{ targetSpeed: 10 * MB }, /about 8 min 32 s .* the way to the target, measured at 10\.0 MB\/s/],
    [{ keys: 200_000_000 }, /about 16 min 40 s .* the target, assumed to take 200,000 keys\/s/],
    [{ limits: { maxCommandsPerSecond: 1000 } }, /about 16 min 40 s .* the limit of 1,000 commands\/s/],
    [
      { limits: { maxCommandsPerSecond: 0, maxBytesPerSecond: 5 * MB } },
      /about 17 min 4 s .* the limit of 5\.0 MB\/s/,
    ],
  ])('%o is bounded by what is slowest', (changed, found) => {
    expect(estimate('Trips', { ...facts, ...changed }).found).toMatch(found);
  });
});

describe('modules', () => {
  const json = { name: 'ReJSON', version: 20811 };
  const none: KeySample = { keys: [], complete: true, refused: false };
  const key = { db: 3, name: Buffer.from('doc'), type: 'ReJSON-RL', stringBytes: undefined };

  it('pass when the target has them in the same version or a newer one', () => {
    expect(judgeModules([json], [{ ...json, version: 20900 }], none).status).toBe('pass');
    const older = judgeModules([json], [{ ...json, version: 20000 }], none);
    expect(older.status).toBe('warning');
    expect(older.found).toMatch(/ReJSON \(source 20811, target 20000\)/);
  });

  it('fail with the name of a key that needs what the target lacks', () => {
    const finding = judgeModules([json], [], { ...none, keys: [key] });
    expect(finding.status).toBe('failure');
    expect(finding.found).toBe(
      'The target lacks ReJSON 20811, and the key doc in database 3 is of the type ReJSON-RL.',
    );
  });

  it('warn when not all keys were looked at, and pass when none needs them', () => {
    const plain = { ...key, type: 'string' };
    expect(judgeModules([json], [], { ...none, keys: [plain], complete: false }).status).toBe('warning');
    expect(judgeModules([json], [], { keys: [], complete: false, refused: true }).found).toMatch(
      /SCAN is not permitted/,
    );
    expect(judgeModules([json], [], { ...none, keys: [plain] }).status).toBe('pass');
  });
});
