import type { TargetGround } from '../target/target-ground.ts';

/** The target's process that a copy is written to: another one may have lost what was copied. */
export class CopiedProcess {
  private readonly ground: Pick<TargetGround, 'spec' | 'servers'>;
  private process = '';

  constructor(ground: Pick<TargetGround, 'spec' | 'servers'>) {
    this.ground = ground;
  }

  /** The copy is written to the process that answers now. */
  note(): void {
    this.process = this.now;
  }

  /** It still answers. */
  get same(): boolean {
    return this.now === this.process;
  }

  /** One that was a replica in between, as after two failovers, has another history though it was never restarted. */
  private get now(): string {
    const { spec, servers } = this.ground;
    const { runId, replid } = servers.facts.target;
    if (servers.cluster) return servers.cluster.processes;
    return spec.target.sentinel ? `${runId} ${replid}` : runId;
  }
}
