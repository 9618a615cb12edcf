import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MODULE = path.join(import.meta.dirname, '../../../electron/main/fault-log.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-faults-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program that has a log, with faults that nobody caught added to it; nobody reads its stderr. */
async function run(lines: string): Promise<string> {
  const program = `
    import { FaultLog } from ${JSON.stringify(MODULE)};
    const log = new FaultLog(${JSON.stringify(path.join(folder, 'logs'))});
    process.on('uncaughtException', (error) => log.add('unexpected', error));
    process.stdin.once('data', () => {
      ${lines}
      setTimeout(() => process.exit(0), 300);
    });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stderr.destroy();
  await once(child.stderr, 'close');
  child.stdin.end('go');
  await once(child, 'exit');
  return readFileSync(path.join(folder, 'logs', 'faults.log'), 'utf8');
}

test('a terminal that is gone is not a fault that is logged without end', async () => {
  const text = await run(`log.add('the test', new Error('once'));`);

  expect(text.match(/^\d{4}-.*$/gm)).toHaveLength(1);
  expect(text).toContain('the test: Error: once');
  expect(statSync(path.join(folder, 'logs', 'faults.log')).mode & 0o777).toBe(0o600);
});

test('it grows to twice 512 KB at most', async () => {
  await run(`for (let n = 0; n < 200; n += 1) log.add('the test', 'x'.repeat(20_000));`);

  for (const name of ['faults.log', 'faults.log.previous'])
    expect(statSync(path.join(folder, 'logs', name)).size).toBeLessThan(600 * 1024);
});
