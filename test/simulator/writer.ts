import type { Random } from './random.ts';
import type { Client } from './client.ts';
import { clusterCommand } from './cluster-commands.ts';
import { Failure, type Reply } from './resp.ts';
import type { Side } from './side.ts';
import type { SourceModel } from './source-model.ts';
import { EXPIRING, lateCommand } from './writer-names.ts';

const COUNTERS = 5;
const NAMES = 4;
const MOST_ITEMS = 60;
const FEWEST_STEPS = 40;
const DATABASES = [0, 0, 0, 3];

export interface WriterOptions {
  /** One of the sides is a cluster: one database, and commands that use several keys. */
  readonly clustered: boolean;
  /** So many hash tags, one of which all keys of a step have; 0 for names without any. */
  readonly tags: number;
  /** Names are used as well that the target may have keys of. */
  readonly late?: boolean;
}

/**
 * Writes to a source what cannot be done twice, nor left out, without being seen: counters, lists, strings that grow, counters of
 * hashes, and keys under a short expiry that is put off just in time. A witness list has a token of every step.
 */
export class Writer {
  private readonly source: Side<SourceModel>;
  private readonly random: Random;
  private readonly options: WriterOptions;
  private readonly clients = new Map<SourceModel, Client>();
  private token = 0;
  private readonly pauseMs: number;
  private db = 0;
  private tag = '';
  active = true;

  constructor(source: Side<SourceModel>, random: Random, options: WriterOptions) {
    this.source = source;
    this.random = random;
    this.options = options;
    for (const server of source.servers) this.clients.set(server, server.connect());
    this.pauseMs = random.pick([40, 120, 120, 400]);
  }

  /** What stands there before anybody copies it. */
  fill(): void {
    const { tags } = this.options;
    for (let i = 0; i < Math.max(FEWEST_STEPS, 2 * tags); i++) this.step();
  }

  start(): void {
    const { source, random } = this;
    const { scheduler } = source.sole;
    scheduler.after(random.between(1, this.pauseMs), () => {
      if (this.active && (source.cluster || isThere(source.sole)))
        for (let times = random.chance(0.1) ? random.between(2, 20) : 1; times > 0; times--) this.step();
      this.start();
    });
  }

  /** Writes nothing more. Some of what was about to expire stays, so that it is still there to be compared. */
  finish(): void {
    this.active = false;
    for (const [db, entries] of this.source.keyspace.databases)
      for (const [key, { expireAtMs }] of entries)
        if (expireAtMs !== undefined && this.random.chance(0.6)) this.run(db, ['PERSIST', key]);
  }

  /** A command that fails where the key is not what it is on the source. */
  useOf(key: string): readonly string[] {
    const [name = key] = /[a-z]+:\d+$/.exec(key) ?? [];
    if (name.startsWith('list')) return ['RPUSH', key, this.next()];
    if (name.startsWith('hash')) return ['HINCRBY', key, 'f0', '1'];
    return ['INCR', key];
  }

  /** As a client does that knows where keys are; what a cluster does not take at the moment is not written. */
  run(db: number, words: readonly string[]): Reply | undefined {
    this.db = db;
    const key = words[1]!;
    const owner = this.source.ownerOf(key);
    if (!isThere(owner)) return undefined;
    const reply = this.ask(owner, words);
    const asked = reply instanceof Failure ? /^ASK \d+ 127\.0\.0\.1:(\d+)$/.exec(reply.text) : null;
    const other = asked && this.source.servers.find(({ port }) => String(port) === asked[1]);
    if (!other || !isThere(other)) return reply;
    this.ask(other, ['ASKING']);
    return this.ask(other, words);
  }

  private ask(server: SourceModel, words: readonly string[]): Reply {
    const client = this.clients.get(server)!;
    client.db = this.db;
    return server.run(client, ...words);
  }

  private step(): void {
    const { random, options, source } = this;
    this.db = options.clustered ? 0 : random.pick(DATABASES);
    this.tag = options.tags > 0 ? `{t${random.between(0, options.tags - 1)}}` : '';
    const words = (): readonly string[] =>
      random.chance(0.15) ? ['RPUSH', `${this.tag}witness`, this.next()] : this.command();
    const { cluster } = source;
    const server = source.ownerOf(`${this.tag}witness`);
    if (!random.chance(0.1) || cluster?.isUnderWay(`${this.tag}witness`))
      return void this.run(this.db, words());
    if (!isThere(server)) return;
    this.ask(server, ['MULTI']);
    for (let left = random.between(2, 5); left > 0; left--) this.ask(server, words());
    this.ask(server, ['EXEC']);
  }

  private next(): string {
    this.token += 1;
    return String(this.token);
  }

  private command(): readonly string[] {
    const { random, tag } = this;
    const key = (kind: string, count: number): string => `${tag}${kind}:${random.between(0, count - 1)}`;
    if (this.options.clustered && random.chance(0.15)) return clusterCommand(random, key, () => this.next());
    if (this.options.late && random.chance(0.12)) return lateCommand(random, tag, () => this.next());
    const expiring = key('lease', EXPIRING);
    switch (random.between(0, 15)) {
      case 0:
      case 1:
        return ['INCR', key('counter', COUNTERS)];
      case 2:
        return ['INCRBY', key('counter', COUNTERS), String(random.between(-5, 9))];
      case 3:
        return ['APPEND', key('text', NAMES), this.next()];
      case 4:
        return [random.pick(['RPUSH', 'LPUSH']), key('list', NAMES), this.next()];
      case 5:
        return this.popOr(key('list', NAMES));
      case 6:
        return ['HINCRBY', key('hash', NAMES), `f:${random.between(0, 4)}`, '1'];
      case 7:
        return random.chance(0.7)
          ? ['HSET', key('hash', NAMES), `g:${random.between(0, 3)}`, this.next()]
          : ['HDEL', key('hash', NAMES), `g:${random.between(0, 3)}`];
      case 8:
        return ['SET', key('session', 12), this.next(), 'PX', String(random.between(200, 20_000))];
      case 9:
        return ['SET', key('text', NAMES), this.next()];
      case 10:
        return [
          random.pick(['DEL', 'UNLINK']),
          random.pick([key('text', NAMES), key('session', 12), expiring]),
        ];
      case 11:
      case 12:
        return ['INCR', expiring];
      case 13:
      case 14:
        return ['PEXPIRE', expiring, String(random.between(1500, 8000))];
      default:
        return random.chance(0.3)
          ? ['PERSIST', expiring]
          : ['PEXPIRE', key('hash', NAMES), String(random.between(3000, 60_000))];
    }
  }

  private popOr(list: string): readonly string[] {
    const value = this.source.ownerOf(list).keyspace.db(this.db).get(list)?.value;
    const full = value?.kind === 'list' && value.items.length > MOST_ITEMS;
    return full || this.random.chance(0.4) ? ['LPOP', list] : ['RPUSH', list, this.next()];
  }
}

/** It takes commands at the moment. */
export const isThere = ({ listening, scheduler, frozenUntilMs }: SourceModel): boolean =>
  listening && scheduler.nowMs >= frozenUntilMs;
