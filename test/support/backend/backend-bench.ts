import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createBackend, type Backend } from '../../../electron/backend/backend.ts';
import type { StartEngine } from '../../../electron/backend/engine-process.ts';
import type { BackendPorts, Notification } from '../../../electron/backend/ports.ts';
import { confStores } from '../../../electron/headless/serve/conf-store.ts';
import {
  REQUESTS,
  type AppEvent,
  type RequestName,
  type RequestParams,
  type RequestResult,
} from '../../../shared/contract/api.ts';
import type { ValidParams } from '../../../electron/backend/api.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';
import { eventually } from '../eventually.ts';

/** A backend on real files, with all that it has told. Started again, it is the same application after a restart. */
export class BackendBench {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'lockstep-backend-'));
  readonly told: AppEvent[] = [];
  readonly notified: Notification[] = [];
  private readonly startEngine: StartEngine;
  private readonly ports: Partial<BackendPorts>;
  private current: Backend | undefined;

  constructor(startEngine: StartEngine, ports: Partial<BackendPorts> = {}) {
    this.startEngine = startEngine;
    this.ports = ports;
  }

  get backend(): Backend {
    if (!this.current) throw new Error('the backend has not been started');
    return this.current;
  }

  async start(ports: Partial<BackendPorts> = {}): Promise<this> {
    const dataDir = path.join(this.dir, 'data');
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    this.current = await createBackend({
      host: 'browser',
      version: '0.0.0',
      platform: 'linux',
      startEngine: this.startEngine,
      openStore: confStores(dataDir),
      dataDir,
      sharedDir: dataDir,
      secretBox: undefined,
      defaultSpoolDir: path.join(this.dir, 'spool'),
      startSandbox: undefined,
      printPage: undefined,
      notify: (notification) => void this.notified.push(notification),
      ...this.ports,
      ...ports,
    });
    this.current.onEvent((event) => void this.told.push(structuredClone(event)));
    return this;
  }

  /** Asks as a page does: parameters and result go through the contract's schemas. */
  async ask<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>> {
    const valid = REQUESTS[name].params.parse(params) as ValidParams<N>;
    const result = await this.backend.request(name, valid);
    return REQUESTS[name].result.parse(result) as RequestResult<N>;
  }

  async task(id: string): Promise<TaskView> {
    const task = (await this.ask('task.list', {})).find((one) => one.id === id);
    if (!task) throw new Error(`there is no task ${id}`);
    return task;
  }

  /** The texts of a task's log. */
  async log(id: string): Promise<string[]> {
    return (await this.ask('task.events', { id, limit: 5000 })).map(({ text }) => text);
  }

  async until(id: string, what: string, fits: (task: TaskView) => boolean): Promise<TaskView> {
    let task = await this.task(id);
    await eventually(what, async () => {
      task = await this.task(id);
      return fits(task);
    }).catch(async (error: unknown) => {
      const log = (await this.log(id)).slice(-8).join('\n');
      throw new Error(`${String(error)}; the task is ${task.state}, ${task.phase}:\n${log}`, {
        cause: error,
      });
    });
    return task;
  }

  /** Every file that the application has written, with its content and mode. */
  files(): { path: string; text: string; mode: number }[] {
    const root = path.join(this.dir, 'data');
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => ({ path: file, text: readFileSync(file, 'utf8'), mode: statSync(file).mode & 0o777 }));
  }

  async close(): Promise<void> {
    await this.current?.close();
    this.current = undefined;
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
