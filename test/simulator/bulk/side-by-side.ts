import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { openHistories, type Kind } from './open-histories.ts';
import { toldOf, type Told } from './tally.ts';

const CHILD = path.join(import.meta.dirname, 'history-process.ts');

/** What runs histories, one in each process or here. */
export interface Runner {
  /** Runs those of these seeds for as long as `goesOn`, and tells of each as it ends. @throws where a process ends by itself */
  run(seeds: Iterable<number>, onTold: (told: Told) => void, goesOn: () => boolean): Promise<void>;
  close(): void;
}

export async function openRunner(kind: Kind, jobs: number): Promise<Runner> {
  if (jobs > 1) return new SideBySide(kind, jobs);
  const history = await openHistories(kind);
  return {
    run: async (seeds, onTold, goesOn) => {
      for (const seed of seeds) if (goesOn()) onTold(toldOf(await history(seed)));
    },
    close: () => undefined,
  };
}

class SideBySide implements Runner {
  private readonly children: readonly ChildProcess[];

  constructor(kind: Kind, jobs: number) {
    this.children = Array.from({ length: jobs }, () => fork(CHILD, [JSON.stringify(kind)]));
  }

  async run(seeds: Iterable<number>, onTold: (told: Told) => void, goesOn: () => boolean): Promise<void> {
    const left = seeds[Symbol.iterator]();
    await Promise.all(this.children.map((child) => follow(child, left, onTold, goesOn)));
  }

  close(): void {
    for (const child of this.children) child.disconnect();
  }
}

/** Gives a process one history after another. */
function follow(
  child: ChildProcess,
  left: Iterator<number>,
  onTold: (told: Told) => void,
  goesOn: () => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      child.off('message', onMessage).off('exit', onExit);
      resolve();
    };
    const next = (): void => {
      const { value, done } = goesOn() ? left.next() : { value: 0, done: true };
      if (done === true) end();
      else child.send(value);
    };
    const onMessage = (told: Told | 'ready'): void => {
      if (told !== 'ready') onTold(told);
      next();
    };
    const onExit = (code: number | null): void =>
      reject(new Error(`a process of histories ended with ${code}`));
    child.on('message', onMessage).on('exit', onExit);
    if (begun.has(child)) next();
    begun.add(child);
  });
}

/** Those that have said that they are ready, or are about to. */
const begun = new WeakSet<ChildProcess>();
