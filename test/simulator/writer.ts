import type { Random } from './random.ts';
import type { SourceModel } from './source-model.ts';

const COUNTERS = 5;
const EXPIRING = 6;
const NAMES = 4;
const MOST_ITEMS = 60;
const DATABASES = [0, 0, 0, 3];

/**
 * Writes to a source what cannot be done twice, nor left out, without being seen: counters, lists, strings that grow, counters of
 * hashes, and keys under a short expiry that is put off just in time. A witness list has a token of every step.
 */
export class Writer {
  private readonly source: SourceModel;
  private readonly random: Random;
  private readonly client;
  private token = 0;
  private readonly pauseMs: number;
  active = true;

  constructor(source: SourceModel, random: Random) {
    this.source = source;
    this.random = random;
    this.client = source.connect();
    this.pauseMs = random.pick([40, 120, 120, 400]);
  }

  /** What stands there before anybody copies it. */
  fill(): void {
    for (let i = 0; i < 40; i++) this.step();
  }

  start(): void {
    const { source, random } = this;
    source.scheduler.after(random.between(1, this.pauseMs), () => {
      if (this.active && source.listening && source.scheduler.nowMs >= source.frozenUntilMs)
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
    if (key.startsWith('list')) return ['RPUSH', key, this.next()];
    if (key.startsWith('hash')) return ['HINCRBY', key, 'f0', '1'];
    return ['INCR', key];
  }

  run(db: number, words: readonly string[]): void {
    this.client.db = db;
    this.source.run(this.client, ...words);
  }

  private step(): void {
    const { random, client, source } = this;
    client.db = random.pick(DATABASES);
    const words = (): readonly string[] =>
      random.chance(0.15) ? ['RPUSH', 'witness', this.next()] : this.command();
    if (!random.chance(0.1)) return void source.run(client, ...words());
    source.run(client, 'MULTI');
    for (let left = random.between(2, 5); left > 0; left--) source.run(client, ...words());
    source.run(client, 'EXEC');
  }

  private next(): string {
    this.token += 1;
    return String(this.token);
  }

  private command(): readonly string[] {
    const { random } = this;
    const key = (kind: string, count: number): string => `${kind}:${random.between(0, count - 1)}`;
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
        return ['HINCRBY', key('hash', NAMES), key('f', 5), '1'];
      case 7:
        return random.chance(0.7)
          ? ['HSET', key('hash', NAMES), key('g', 4), this.next()]
          : ['HDEL', key('hash', NAMES), key('g', 4)];
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
    const { client, source } = this;
    const value = source.keyspace.db(client.db).get(list)?.value;
    const full = value?.kind === 'list' && value.items.length > MOST_ITEMS;
    return full || this.random.chance(0.4) ? ['LPOP', list] : ['RPUSH', list, this.next()];
  }
}
