import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
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

  protected override infoSections(): Record<string, string> {
    const fields = [
      '# Replication',
      'role:slave',
      'master_host:127.0.0.1',
      `master_port:${this.primaryPort()}`,
    ];
    const replication = `${[...fields, 'master_link_status:up', `master_replid:${this.runId}`].join('\r\n')}\r\n`;
    return { ...super.infoSections(), replication };
  }
}
