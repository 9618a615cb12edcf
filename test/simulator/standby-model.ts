import type { Client } from './client.ts';
import type { Random } from './random.ts';
import { OK, type Reply } from './resp.ts';
import type { Scheduler } from './scheduler.ts';
import type { InfoSections } from './server-info.ts';
import { ServerModel } from './server-model.ts';
import { SourceModel } from './source-model.ts';

/**
 * The replica of a shard as clients meet it: it knows its cluster, sends them to the primary for every key, and passes its primary's stream
 * on to whoever asks for it.
 */
export class StandbyModel extends ServerModel {
  private readonly primary: ServerModel;

  constructor(scheduler: Scheduler, random: Random, port: number, primary: ServerModel) {
    super(scheduler, random, port, primary.aheadMs);
    this.primary = primary;
  }

  protected override infoSections(): InfoSections {
    return { ...super.infoSections(), replication: () => this.replication() };
  }

  private replication(): string {
    const { primary } = this;
    const fields = [
      '# Replication',
      'role:slave',
      'master_host:127.0.0.1',
      `master_port:${primary.port}`,
      'master_link_status:up',
      ...(primary instanceof SourceModel
        ? [`slave_repl_offset:${primary.offset}`, ...primary.historyFields()]
        : [`master_replid:${this.runId}`]),
    ];
    return `${fields.join('\r\n')}\r\n`;
  }

  protected override administer(client: Client, name: string, args: readonly string[]): Reply | undefined {
    if (name === 'replconf' && this.primary instanceof SourceModel) return OK;
    return super.administer(client, name, args);
  }

  protected override answer(client: Client, words: string[]): string {
    const { primary } = this;
    const ofLink = primary instanceof SourceModel ? primary.answerLink(this, client, words) : undefined;
    return ofLink ?? super.answer(client, words);
  }
}
