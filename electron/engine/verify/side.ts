import type { Redis } from 'ioredis';
import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { parseInfo } from '../control/info.ts';
import { makeClient } from '../control/client.ts';
import { controlError } from '../control/control-connection.ts';
import { openingError, withinTime } from '../control/opening.ts';
import { refuseSentinel } from '../control/server-facts.ts';
import { TELLING_COMMANDS, tellAbilities, type Abilities } from './abilities.ts';
import { PageReader, type PageRequest, type Reply } from './page-reader.ts';
import type { LatenessIn, LatenessOf } from './late-ttl.ts';
import { parseKeyspace, type KeyCounts } from './key-counts.ts';
import type { Clock } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import { ifRefused, isReplyError } from '../control/reply-error.ts';

export type SideName = 'source' | 'target';

/** What the server lists the connection under. */
const CONNECTION_NAME = 'lockstep:compare';
/** One element of a value, or the value of a module, may have 512 MB, and is read in one piece. */
const READING_BOUNDS = { mostBytes: 513 * 1024 ** 2, timeoutMs: 120_000 };

/** The key was not what it had been a moment ago: another type, or gone. The next reading decides. */
export class ChangedMeanwhile extends Error {
  override name = 'ChangedMeanwhile';
}

/** The server does not answer for the slot of a key, or not alone: it has moved, or is under way. */
export class SlotMoved extends Error {
  override name = 'SlotMoved';
  readonly side: SideName;
  readonly slot: number;

  constructor(side: SideName, slot: number, message: string) {
    super(message);
    this.side = side;
    this.slot = slot;
  }
}

/** A cluster has database 0 alone, but for Valkey 9 and later. */
const NO_SUCH_DATABASE = /out of range|invalid DB index|not allowed in cluster mode/i;
const REDIRECTED = /^(?:MOVED|ASK) (\d+) /;
const CHANGED = /^WRONGTYPE|^NOGROUP|no such key/i;

/** One of the servers of a comparison: its connection, its abilities and its errors by name. */
export class Side {
  readonly clock: Clock;
  readonly name: SideName;
  private readonly endpoint: Endpoint;
  private readonly redis: Redis;
  private readonly asks: boolean;
  private readonly pages: PageReader;
  private askingView: Side | undefined;
  /** It is a node of a cluster. */
  inCluster = false;
  abilities: Abilities = tellAbilities('', undefined);
  /** How late expiry in the database that is selected was written; undefined where times are true. */
  late: LatenessIn | undefined;
  /** The database that is selected. */
  private db = 0;
  /** Of all databases; a target that tasks write to has it. */
  latenessOf: LatenessOf = () => undefined;

  private constructor(clock: Clock, name: SideName, endpoint: Endpoint, redis: Redis, asks: boolean) {
    this.clock = clock;
    this.name = name;
    this.endpoint = endpoint;
    this.redis = redis;
    this.asks = asks;
    this.pages = new PageReader(clock, redis, asks);
  }

  /**
   * Connects, authenticates and asks for the abilities.
   *
   * @throws LockstepError SOURCE_* or TARGET_* with _UNREACHABLE, _TLS, _AUTH, _NO_PERMISSION, _LOADING, _PROTOCOL,
   * _REPLY_TOO_LARGE
   */
  static async open(world: World, name: SideName, endpoint: Endpoint): Promise<Side> {
    const redis = makeClient(world, name, endpoint, READING_BOUNDS);
    const side = new Side(world.clock, name, endpoint, redis, false);
    let cause: unknown;
    side.redis.on('error', (error) => (cause ??= error));
    try {
      await withinTime(world.clock, name, endpoint, side.greet());
    } catch (error) {
      side.close();
      // connect() only says that the connection was closed; the reason came as an event.
      if (isReplyError(error)) throw controlError(name, endpoint, error);
      const known = cause ?? error;
      throw await openingError(world, name, endpoint, known, controlError(name, endpoint, known));
    }
    return side;
  }

  /** `host:port` */
  get address(): string {
    return describeEndpoint(this.endpoint);
  }

  close(): void {
    this.redis.disconnect();
  }

  /** The same server, asked for keys of a slot that is still on the way to it. */
  asking(): Side {
    if (!this.askingView) {
      const { clock, name, endpoint, redis } = this;
      this.askingView = new Side(clock, name, endpoint, redis, true);
      this.askingView.abilities = this.abilities;
    }
    this.askingView.late = this.late;
    return this.askingView;
  }

  /**
   * One command.
   *
   * @throws ChangedMeanwhile when the key is of another type or gone; SlotMoved; LockstepError for every other error reply
   */
  async call(command: string, ...args: (string | number | Buffer)[]): Promise<Reply> {
    try {
      // It holds for the one command behind it.
      if (this.asks) this.redis.call('ASKING').catch(() => undefined);
      return (await this.redis.callBuffer(command, ...args)) as Reply;
    } catch (error) {
      if (isReplyError(error) && CHANGED.test(error.message)) throw new ChangedMeanwhile(error.message);
      throw this.coded(error);
    }
  }

  /** The replies to a page of commands, in their order; an error reply is an Error among them. */
  async read(request: PageRequest): Promise<Reply[]> {
    try {
      return await this.pages.read(request);
    } catch (error) {
      throw this.coded(error);
    }
  }

  /** The server's clock, Unix ms; this machine's where TIME is not permitted. */
  async clockMs(): Promise<number> {
    return this.redis.callBuffer('TIME').then(
      (reply) => parseClockMs(this.clock, reply as Reply),
      () => this.clock.now(),
    );
  }

  /** Chooses the database of all that follows. False when this server has no database of that number. */
  async select(db: number): Promise<boolean> {
    try {
      await this.redis.select(db);
      this.db = db;
      this.late = this.latenessOf(db);
      return true;
    } catch (error) {
      if (isReplyError(error) && NO_SUCH_DATABASE.test(error.message)) return false;
      throw this.coded(error);
    }
  }

  /** The reply of HGETALL in a database of its own, while pages of the one that is selected are read. @throws as `call` does */
  async hashIn(db: number, key: Buffer): Promise<Reply> {
    if (db === this.db) return this.call('HGETALL', key);
    try {
      // Sent in one go, so that nothing of what is read beside it comes in between.
      const [, hash] = await Promise.all([
        this.redis.select(db),
        this.redis.callBuffer('HGETALL', key),
        this.redis.select(this.db),
      ]);
      return hash as Reply;
    } catch (error) {
      throw this.coded(error);
    }
  }

  async keyCounts(): Promise<Map<number, KeyCounts>> {
    return parseKeyspace(String(await this.call('INFO', 'keyspace')));
  }

  /** The coded form of whatever a connection reports; error replies by their first word. */
  coded(cause: unknown): LockstepError | SlotMoved {
    const moved = isReplyError(cause) ? REDIRECTED.exec(cause.message) : null;
    if (moved) return new SlotMoved(this.name, Number(moved[1]), `${this.address}: ${moved[0]}`);
    return controlError(this.name, this.endpoint, cause);
  }

  /** Not left to the client library: it would print a warning where the server asks for no password. */
  private async authenticate(): Promise<void> {
    const { user, password } = this.endpoint;
    if (password === undefined) return;
    try {
      await (user === undefined ? this.redis.auth(password) : this.redis.auth(user, password));
    } catch (error) {
      const needless =
        error instanceof Error && /no password is set|without any password/i.test(error.message);
      if (!needless) throw error;
    }
  }

  private async greet(): Promise<void> {
    await this.redis.connect();
    await this.authenticate();
    // So that whoever looks at who is connected knows it for one of ours.
    await this.redis.call('CLIENT', 'SETNAME', CONNECTION_NAME).catch(ifRefused(undefined));
    await this.detect();
  }

  private async detect(): Promise<void> {
    const info = String(await this.redis.callBuffer('INFO', 'server'));
    refuseSentinel(this.name, this.endpoint, parseInfo(info));
    this.inCluster = /^(redis|server)_mode:cluster/m.test(info);
    const abilities = tellAbilities(info, await this.readArities());
    // Keys of several slots are refused together.
    this.abilities = this.inCluster ? { ...abilities, multiExists: false } : abilities;
  }

  /** undefined where COMMAND is renamed or not permitted. */
  private async readArities(): Promise<Map<string, number> | undefined> {
    try {
      const arities = new Map<string, number>();
      const replies = (await this.redis.callBuffer('COMMAND', 'INFO', ...TELLING_COMMANDS)) as Reply[];
      TELLING_COMMANDS.forEach((name, i) => {
        const reply = replies[i];
        if (Array.isArray(reply)) arities.set(name, Number(reply[1]));
      });
      return arities;
    } catch (error) {
      if (isReplyError(error)) return undefined;
      throw error;
    }
  }
}

/** The reply of TIME (seconds, microseconds) as Unix ms. */
export function parseClockMs(clock: Clock, reply: Reply | undefined): number {
  if (!Array.isArray(reply)) return clock.now();
  return Number(String(reply[0])) * 1000 + Math.floor(Number(String(reply[1])) / 1000);
}
