import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { EngineProcess } from '../../../electron/backend/engine-process.ts';
import { guardProcess, releaseProcess } from '../process-guard.ts';

const ENTRY = path.join(import.meta.dirname, '../../../dist/engine/entry.mjs');

/** Real engines as they were built, whose processes a test can kill. */
export class ForkedEngines {
  private readonly children = new Set<ChildProcess>();

  readonly start = (): EngineProcess => {
    const child = fork(ENTRY, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const { pid } = child;
    this.children.add(child);
    if (pid !== undefined) guardProcess(pid);
    child.once('exit', () => {
      this.children.delete(child);
      if (pid !== undefined) releaseProcess(pid);
    });
    return {
      send: (command) => void (child.connected && child.send(command, () => undefined)),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.on('exit', (status) => listener(status)),
      kill: () => void child.kill('SIGKILL'),
    };
  };

  get running(): number {
    return this.children.size;
  }

  /** As the kernel would, when memory runs out. */
  killAll(): void {
    for (const child of this.children) child.kill('SIGKILL');
  }
}
