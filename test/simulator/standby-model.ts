import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { InfoSections } from './server-info.ts';
import { ServerModel } from './server-model.ts';

/** The replica of a shard as clients meet it: it knows its cluster, and sends them to the primary for every key. */
export class StandbyModel extends ServerModel {
  private readonly primaryPort: () => number;

  constructor(
    scheduler: Scheduler,
    random: Random,
    port: number,
    aheadMs: number,
    primaryPort: () => number,
  ) {
    super(scheduler, random, port, aheadMs);
    this.primaryPort = primaryPort;
  }

  protected override infoSections(): InfoSections {
    return { ...super.infoSections(), replication: () => this.replication() };
  }

  private replication(): string {
    const fields = [
      '# Replication',
      'role:slave',
      'master_host:127.0.0.1',
      `master_port:${this.primaryPort()}`,
    ];
    return `${[...fields, 'master_link_status:up', `master_replid:${this.runId}`].join('\r\n')}\r\n`;
  }
}
