/** What `npm pack` makes is a program by itself: it is run as npm links it, with nothing beside it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

let folder: string;
let lockstep: string;
let servers: RedisProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-package-'));
  // It is built already.
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: ROOT,
  });
  const [{ filename }] = JSON.parse(packed.toString()) as [{ filename: string }];
  execFileSync('tar', ['-xzf', filename], { cwd: folder });
  mkdirSync(path.join(folder, 'bin'));
  lockstep = path.join(folder, 'bin/lockstep');
  symlinkSync('../package/dist/headless/cli.mjs', lockstep);
  execFileSync('chmod', ['+x', path.join(folder, 'package/dist/headless/cli.mjs')]);
  servers = await Promise.all([startRedis(), startRedis()]);
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: readonly string[]): string =>
  execFileSync(lockstep, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

it('says its version, and synchronises', async () => {
  expect(run('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  const [source, target] = servers as [RedisProcess, RedisProcess];
  await source.client().set('key', 'value');
  run('sync', '--source', source.url, '--target', target.url, '--until', 'caught-up');
  expect(await target.client().get('key')).toBe('value');
});

it('holds no tests, no sources, and no maps of these', () => {
  const files = execFileSync('find', ['package', '-type', 'f'], { cwd: folder, encoding: 'utf8' }).split(
    '\n',
  );
  expect(files.filter((file) => /\.(map|tsx?)$|\/(test|bench|node_modules)\//.test(file))).toEqual([]);
  expect(files).toContain('package/dist/renderer/index.html');
});
