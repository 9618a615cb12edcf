import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import type { ClientTransport } from '../../../shared/contract/frames.ts';
import { guardProcess, releaseProcess } from '../../support/process-guard.ts';
import { bridgeOf } from './bridge-of.ts';
import { childEnvironment } from './child-environment.ts';
import { electronTool, READY_WHEN_ATTACHED, SANDBOX_SWITCHES } from './window-tools.ts';
import { startDisplay } from './xvfb.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const ENTRIES = [
  { source: 'test/support/contract/electron-host.ts', file: 'host.mjs', format: 'es' },
  { source: 'electron/preload/preload.ts', file: 'preload.cjs', format: 'cjs' },
] as const;

/** A window on an application that is a FixtureApi. */
export interface ContractWindow {
  /** Holds nothing but the bridge. */
  readonly page: Page;
  /** The same with another origin. */
  readonly foreignPage: Page;
  /** Another transport over the bridge of the page. */
  open(): Promise<ClientTransport>;
  close(): Promise<void>;
}

export async function openContractWindow(): Promise<ContractWindow> {
  const folder = await buildHost();
  const display = await startDisplay();
  let app: ElectronApplication | undefined;
  const close = async (): Promise<void> => {
    await app?.close();
    await display.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    app = await _electron.launch({
      executablePath: electronTool().program,
      args: [
        ...READY_WHEN_ATTACHED,
        ...SANDBOX_SWITCHES,
        path.join(folder, 'host.mjs'),
        `--user-data-dir=${path.join(folder, 'profile')}`,
      ],
      env: { ...childEnvironment(), ...display.env },
    });
    const child = app.process();
    const pid = child.pid!;
    guardProcess(pid);
    child.once('exit', () => releaseProcess(pid));
    const [page, foreignPage] = await bothPages(app);
    return { page, foreignPage, open: await bridgeOf(page), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function buildHost(): Promise<string> {
  const cache = path.join(ROOT, '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, 'contract-'));
  for (const { source, file, format } of ENTRIES) {
    await build({
      configFile: false,
      root: ROOT,
      publicDir: false,
      logLevel: 'error',
      ssr: { noExternal: true, external: ['electron'] },
      build: {
        ssr: path.join(ROOT, source),
        outDir: folder,
        emptyOutDir: false,
        target: 'node20',
        rolldownOptions: { external: ['electron'], output: { format, entryFileNames: file } },
      },
    });
  }
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>own</title>');
  return folder;
}

async function bothPages(app: ElectronApplication): Promise<[Page, Page]> {
  while (app.windows().length < 2) await app.waitForEvent('window');
  const pages = app.windows();
  await Promise.all(pages.map((page) => page.waitForLoadState('load')));
  const own = pages.find((page) => page.url().startsWith('app:'));
  const foreign = pages.find((page) => page.url().startsWith('data:'));
  if (!own || !foreign) throw new Error(`the pages are ${pages.map((page) => page.url()).join(', ')}`);
  return [own, foreign];
}
