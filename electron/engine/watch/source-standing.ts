import type { ServerIdentity } from '../control/server-facts.ts';

/**
 * Whether what the source passes on can be all there is: a replica whose own primary is gone goes on answering, with the data
 * of the moment at which it lost it. The one judgement of that, for the phase, the lag and the log.
 */
export class SourceStanding {
  private lostAtMs: number | undefined;
  /** The primary that the source has lost, as `host:port`; empty while it stands well. */
  primary = '';

  /** The source has lost its primary, and nobody knows what that has written since. */
  get orphaned(): boolean {
    return this.lostAtMs !== undefined;
  }

  /** How old the source's data is at least, 0 while it stands well. */
  staleSeconds(nowMs: number): number {
    return this.lostAtMs === undefined ? 0 : Math.max(0, (nowMs - this.lostAtMs) / 1000);
  }

  /** @returns whether this look changed the judgement */
  look(source: ServerIdentity, nowMs: number): boolean {
    const was = this.orphaned;
    const lost = source.role !== 'master' && !source.primaryLinkUp;
    if (lost) {
      this.lostAtMs ??= nowMs - (source.primaryLinkDownSeconds ?? 0) * 1000;
      this.primary = `${source.primaryHost}:${source.primaryPort}`;
    } else {
      this.lostAtMs = undefined;
    }
    return was !== this.orphaned;
  }
}
