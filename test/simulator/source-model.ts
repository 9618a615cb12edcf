import type { Client } from './client.ts';
import { rowOf } from './command-rows.ts';
import type { Keyspace } from './keyspace.ts';
import { encodeSnapshot } from './rdb-codec.ts';
import { encodeCommand, OK, type Reply } from './resp.ts';
import type { InfoSections } from './server-info.ts';
import { ServerModel } from './server-model.ts';

const PING_EVERY_MS = 3000;
/** How many steps back a replica may stand that is promoted. */
const MOST_BEHIND = 12;
/** So many steps lie between two of them. */
const STANDING_EVERY = 5;

interface Link {
  /** Whose client it is: a replica passes the stream on. */
  readonly home: ServerModel;
  readonly client: Client;
  /** The stream is kept from it until its snapshot is sent, and, without a length, until its first ACK. */
  state: 'snapshot' | 'waits-for-ack' | 'online';
  /** The offset up to which it was sent the stream. */
  sentOffset: number;
}

/** A data set as it stood at an offset. */
interface Standing {
  readonly keyspace: Keyspace;
  readonly offset: number;
}

/** A source: its stream, its backlog, PSYNC, and what becomes of them in a failover. */
export class SourceModel extends ServerModel {
  private readonly links = new Set<Link>();
  /** May be longer than what it is said to keep. */
  private backlog = '';
  private backlogBytes = 64 * 1024;
  private streamDb = -1;
  /** What a replica of it has, from the oldest on. */
  private readonly replica: Standing[] = [];
  replid = this.random.id();
  earlierReplid = '0'.repeat(40);
  /** Up to here the earlier one is answered for. */
  earlierOffset = -1;
  offset = 1;
  /** Where the last change of data ends; PINGs may follow. */
  lastWriteOffset = 1;
  private steps = 0;
  /** Something was written, by one command or one transaction, and stands in the stream up to `offset`. */
  onStep: (db: number, commands: readonly (readonly string[])[]) => void = () => undefined;
  fullSyncs = 0;
  partialSyncs = 0;

  /** Begins to write PINGs into its stream. */
  start(): void {
    this.scheduler.after(PING_EVERY_MS, () => {
      if (this.listening && this.scheduler.nowMs >= this.frozenUntilMs) this.append(encodeCommand(['PING']));
      this.start();
    });
  }

  /** How much of the stream it keeps. */
  keep(bytes: number): void {
    this.backlogBytes = bytes;
  }

  /**
   * Another server takes its place that has the data as it stood some steps ago: what came after is lost. Its clients' connections
   * break; that is the network's to do. @returns how many bytes of the stream are lost
   */
  failOver(stepsBack: number): number {
    const now: Standing = { keyspace: this.keyspace, offset: this.offset };
    const standing = [now, ...this.replica.toReversed()][Math.min(stepsBack, this.replica.length)]!;
    const lost = this.offset - standing.offset;
    const kept = this.backlog.slice(-this.backlogBytes);
    this.backlog = lost === 0 ? kept : kept.slice(0, -lost);
    this.earlierReplid = this.replid;
    this.earlierOffset = standing.offset;
    this.replid = this.random.id();
    this.offset = standing.offset;
    this.lastWriteOffset = standing.offset;
    this.streamDb = -1;
    this.replica.length = 0;
    this.dropLinks();
    this.begin(standing.keyspace.clone());
    return lost;
  }

  /** Begins anew with an older save: another history. */
  restart(stepsBack: number): void {
    const standing = [this.keyspace, ...this.replica.toReversed().map(({ keyspace }) => keyspace)];
    const keyspace = standing[Math.min(stepsBack, standing.length - 1)]!.clone();
    this.replid = this.random.id();
    this.earlierReplid = '0'.repeat(40);
    this.earlierOffset = -1;
    this.backlog = '';
    this.streamDb = -1;
    this.replica.length = 0;
    this.dropLinks();
    this.begin(keyspace);
  }

  /** Source: Redis replication.c: disconnectSlaves, by a replica whose primary has another history. */
  private dropLinks(): void {
    for (const { home, client } of this.links) if (home !== this) client.channel?.close();
    this.links.clear();
  }

  protected override propagate(db: number, commands: readonly (readonly string[])[]): void {
    let text = '';
    if (db !== this.streamDb) text += encodeCommand(['SELECT', String((this.streamDb = db))]);
    const whole = commands.map(encodeCommand).join('');
    text += commands.length > 1 ? encodeCommand(['MULTI']) + whole + encodeCommand(['EXEC']) : whole;
    this.append(text);
    this.lastWriteOffset = this.offset;
    this.onStep(db, commands);
    this.steps += 1;
    if (this.steps % STANDING_EVERY !== 0) return;
    this.replica.push({ keyspace: this.keyspace.standing(), offset: this.offset });
    if (this.replica.length > MOST_BEHIND) this.replica.shift();
  }

  protected override infoSections(): InfoSections {
    return { ...super.infoSections(), replication: () => this.replication() };
  }

  private replication(): string {
    const fields = [
      ...['# Replication', 'role:master', `connected_slaves:${this.links.size}`],
      ...this.historyFields(),
    ];
    return `${fields.join('\r\n')}\r\n`;
  }

  /** What it, and each of its replicas, tells of its stream. */
  historyFields(): readonly string[] {
    const first = this.offset - this.histlen + 1;
    return [
      `master_replid:${this.replid}`,
      `master_replid2:${this.earlierReplid}`,
      `master_repl_offset:${this.offset}`,
      `second_repl_offset:${this.earlierOffset < 0 ? -1 : this.earlierOffset + 1}`,
      'repl_backlog_active:1',
      `repl_backlog_size:${this.backlogBytes}`,
      `repl_backlog_first_byte_offset:${first}`,
      `repl_backlog_histlen:${this.histlen}`,
    ];
  }

  protected override administer(client: Client, name: string, args: readonly string[]): Reply | undefined {
    if (name === 'replconf') return OK;
    return super.administer(client, name, args);
  }

  protected override answer(client: Client, words: string[]): string {
    return this.answerLink(this, client, words) ?? super.answer(client, words);
  }

  /** What it, or a replica of it (`home`), answers to whoever follows the stream; undefined to all else. */
  answerLink(home: ServerModel, client: Client, words: readonly string[]): string | undefined {
    const name = rowOf(words[0]!)?.name;
    if (name === 'replconf' && words[1]?.toLowerCase() === 'ack') {
      const link = this.linkOf(client);
      if (link?.state === 'waits-for-ack') this.goOnline(link);
      return '';
    }
    return name === 'psync' ? this.psync(home, client, words[1] ?? '', Number(words[2])) : undefined;
  }

  private psync(home: ServerModel, client: Client, replid: string, from: number): string {
    const known = replid === this.replid || (replid === this.earlierReplid && from <= this.earlierOffset + 1);
    const first = this.offset - this.histlen + 1;
    if (known && from >= first && from <= this.offset + 1) {
      this.partialSyncs += 1;
      const link: Link = { home, client, state: 'online', sentOffset: from - 1 };
      this.links.add(link);
      this.scheduler.after(0, () => this.feed(link));
      return `+CONTINUE ${this.replid}\r\n`;
    }
    this.fullSyncs += 1;
    const link: Link = { home, client, state: 'snapshot', sentOffset: this.offset };
    this.links.add(link);
    const streamDb = this.streamDb;
    // A replica that begins is told the database anew.
    this.streamDb = -1;
    const snapshot = encodeSnapshot(this.keyspace, this.nowMs, streamDb).toString('latin1');
    const marker = this.random.chance(0.5) ? this.random.id() : undefined;
    this.scheduler.after(this.random.between(0, 300), () => this.sendSnapshot(link, snapshot, marker));
    return `+FULLRESYNC ${this.replid} ${this.offset}\r\n`;
  }

  private sendSnapshot(link: Link, snapshot: string, marker: string | undefined): void {
    if (!this.stands(link)) return;
    const { channel } = link.client;
    channel!.send(
      marker === undefined
        ? `\n$${snapshot.length}\r\n${snapshot}`
        : `\n$EOF:${marker}\r\n${snapshot}${marker}`,
    );
    link.state = 'waits-for-ack';
    if (marker === undefined) this.goOnline(link);
  }

  private goOnline(link: Link): void {
    link.state = 'online';
    this.feed(link);
  }

  private append(text: string): void {
    this.offset += text.length;
    this.backlog += text;
    // Not with each command: it copies what is left.
    if (this.backlog.length > 2 * this.backlogBytes) this.backlog = this.backlog.slice(-this.backlogBytes);
    for (const link of this.links) this.feed(link, text);
  }

  /** How much of the stream it has. */
  private get histlen(): number {
    return Math.min(this.backlog.length, this.backlogBytes);
  }

  /** Sends what a replica has not been sent yet, of which `last` is the end. One that waited for longer than the backlog reaches is dropped. */
  private feed(link: Link, last = ''): void {
    if (!this.stands(link) || link.state !== 'online') return;
    const missing = this.offset - link.sentOffset;
    if (missing > this.histlen && missing !== last.length) {
      this.links.delete(link);
      link.client.channel!.close();
      return;
    }
    if (missing > 0) link.client.channel!.send(missing === last.length ? last : this.backlog.slice(-missing));
    link.sentOffset = this.offset;
  }

  /** How many follow its stream. */
  get followers(): number {
    return [...this.links].filter((link) => this.stands(link)).length;
  }

  private stands(link: Link): boolean {
    if (link.home.clients.has(link.client)) return this.links.has(link);
    this.links.delete(link);
    return false;
  }

  private linkOf(client: Client): Link | undefined {
    return [...this.links].find((link) => link.client === client);
  }
}
