import {
  ReplicationLink,
  type LinkOptions,
  type SnapshotExtent,
} from '../../../electron/engine/intake/psync/link.ts';
import type { PsyncAnswer } from '../../../electron/engine/intake/psync/handshake.ts';
import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { SpoolBench } from '../spool/spool-bench.ts';
import { systemWorld } from '../../../electron/engine/world/system-world.ts';

const DEADLINE_MS = 10_000;

/** A link with a spool of its own, and everything that it tells. */
export class LinkBench {
  readonly store: SpoolBench;
  readonly link: ReplicationLink;
  readonly answers: PsyncAnswer[] = [];
  readonly begins: (number | undefined)[] = [];
  readonly ends: SnapshotExtent[] = [];
  readonly errors: LockstepError[] = [];
  applied = 0;
  onData: () => void = () => undefined;

  constructor(
    port: number,
    resumeFrom?: LinkOptions['resumeFrom'],
    endpoint: Partial<Endpoint> = {},
    store = new SpoolBench(),
  ) {
    this.store = store;
    this.link = new ReplicationLink({
      world: systemWorld,
      endpoint: {
        host: '127.0.0.1',
        port,
        user: undefined,
        password: undefined,
        tls: false,
        db: 0,
        ...endpoint,
      },
      resumeFrom,
      spool: this.store.spool,
      appliedOffset: () => this.applied,
      onPsync: (answer) => void this.answers.push(answer),
      onSnapshotBegin: (bytes) => this.begins.push(bytes),
      onSnapshotEnd: (extent) => this.ends.push(extent),
      onData: () => this.onData(),
      onError: (error) => this.errors.push(error),
    });
    this.store.onWritable = () => this.link.resume();
  }

  /** Everything received so far, as text; it must fit one window. */
  get received(): string {
    const { mem, from, to } = this.store.cursor;
    return mem.toString('latin1', from, to);
  }

  async until(condition: () => boolean): Promise<void> {
    for (const deadline = Date.now() + DEADLINE_MS; !condition();) {
      if (Date.now() > deadline) throw new Error('waited in vain');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async end(): Promise<void> {
    this.link.close();
    await this.store.end();
  }
}
