import { EPOCH_MS } from './process-clock.ts';
import { COMMAND_REPLY, fitsArity, rowOf, type CommandRow } from './command-rows.ts';
import { DATA_COMMANDS } from './data-commands.ts';
import { SET_COMMANDS } from './set-commands.ts';
import { ServerGround, type Effect } from './server-ground.ts';
import { Keyspace, type Entry } from './keyspace.ts';
import type { Channel, Listener, ServerEnd } from './network.ts';
import type { Random } from './random.ts';
import { CommandParser, encodeReply, Failure, NO_ARRAY, OK, Status, type Reply } from './resp.ts';
import type { Scheduler } from './scheduler.ts';
import { runScript, scriptName, type ScriptHost } from './scripts.ts';
import { Client } from './client.ts';
import type { ClusterSeat } from './cluster-seat.ts';
import { infoSections, type InfoSections } from './server-info.ts';
import { bySlot, type KeysBySlot } from './slots.ts';

const NO_ROOM = new Failure("OOM command not allowed when used memory > 'maxmemory'.");

export const VERSION = '7.0.15';
export const DATABASES = 16;
const ACTIVE_EXPIRY_MS = 200;
const HANDLERS = { ...DATA_COMMANDS, ...SET_COMMANDS };

/** A Redis 7.0, as far as the engine asks. What it does not know ends the history: it does not lie in silence. */
export class ServerModel implements Listener, ScriptHost {
  readonly scheduler: Scheduler;
  readonly random: Random;
  port: number;
  /** Where it is in a cluster; undefined for a server by itself. */
  seat: ClusterSeat | undefined;
  /** How far its clock is ahead. */
  readonly aheadMs: number;
  readonly clients = new Set<Client>();
  private nextId = 1;
  private readonly calls = new Map<string, number>();
  private errors = 0;
  private effects: Effect[] | undefined;
  private readonly ground = new ServerGround(this, (effect) => this.effects?.push(effect));
  /** Those that look after keys. */
  private readonly watching = new Set<Client>();
  /** No key ends before this, by its own clock. */
  private firstEndMs = -Infinity;
  private readonly scripts = new Map<string, string>();
  private scriptHasWritten = false;
  /** What asks for one slot asks for the next as well. */
  private bySlot: { readonly turn: number; readonly keys: KeysBySlot } | undefined;
  keyspace = new Keyspace();
  runId: string;
  listening = true;
  /** It takes bytes, and looks at none of them before this. */
  frozenUntilMs = 0;
  outOfMemory = false;
  readOnly = false;
  /** What the engine asked that the model does not know. */
  onUnknown: (what: string) => void = (what) => {
    throw new Error(what);
  };
  /** An EXEC has been run, with these commands and answers, and nobody has heard of it yet. */
  onExec: (commands: readonly (readonly string[])[], replies: readonly Reply[], client: Client) => void =
    () => undefined;

  /** A script has been run by a client, and nobody has heard of it yet. */
  onScript: (args: readonly string[], reply: Reply, client: Client) => void = () => undefined;

  constructor(scheduler: Scheduler, random: Random, port: number, aheadMs: number) {
    this.scheduler = scheduler;
    this.random = random;
    this.port = port;
    this.aheadMs = aheadMs;
    this.runId = random.id();
    this.expireActively();
  }

  get nowMs(): number {
    return EPOCH_MS + this.aheadMs + this.scheduler.nowMs;
  }

  get errorCount(): number {
    return this.errors;
  }

  accept(channel: Channel): ServerEnd {
    const client = this.connect(channel);
    const parser = new CommandParser();
    let ended = false;
    let waiting = false;
    const work = (): void => {
      waiting = false;
      if (ended || !this.clients.has(client)) return;
      if (this.scheduler.nowMs < this.frozenUntilMs) {
        waiting = true;
        this.scheduler.at(this.frozenUntilMs, work);
        return;
      }
      let answer = '';
      for (let words = parser.next(); words; words = parser.next()) {
        answer += this.answer(client, words);
        if (!this.clients.has(client)) return;
      }
      if (answer !== '') channel.send(answer);
    };
    return {
      received: (bytes) => {
        parser.push(bytes);
        if (!waiting) work();
      },
      closed: () => {
        ended = true;
        this.forget(client);
      },
    };
  }

  connect(channel?: Channel): Client {
    const client = new Client(this.nextId++, channel);
    this.clients.add(client);
    return client;
  }

  /** Another process with this data: what clients had is gone. */
  begin(keyspace: Keyspace): void {
    this.keyspace = keyspace;
    this.runId = this.random.id();
    this.clients.clear();
    this.watching.clear();
    this.firstEndMs = -Infinity;
    this.calls.clear();
    this.scripts.clear();
    this.bySlot = undefined;
    this.errors = 0;
    this.outOfMemory = false;
    this.frozenUntilMs = 0;
    this.listening = true;
  }

  /** Runs a command of a client of its own, at once. */
  run(client: Client, ...words: readonly string[]): Reply {
    return this.process(client, [...words]);
  }

  /** Runs one as a script does: neither queued, nor counted as a call of a client. */
  callFromScript(client: Client, words: readonly string[]): Reply {
    const row = rowOf(words[0]!);
    if (!row) return this.unknown(words);
    const refused = this.refusalInScript(client, row, words);
    return refused ? this.counted(refused) : this.execute(client, row, words);
  }

  /** Source: Redis script.c: scriptCall. */
  private refusalInScript(client: Client, row: CommandRow, words: readonly string[]): Failure | undefined {
    if (!fitsArity(row, words.length))
      return new Failure('ERR Wrong number of args calling Redis command from script');
    if (this.outOfMemory && row.grows && !this.scriptHasWritten) return NO_ROOM;
    if (row.writes) this.scriptHasWritten = true;
    return this.seat?.refusalInScript({ row, words }, (key) => this.living(client.db, key) !== undefined);
  }

  /** The keys of one slot of a node. */
  keysIn(slot: number): readonly string[] {
    if (this.bySlot?.turn !== this.scheduler.happened)
      this.bySlot = { turn: this.scheduler.happened, keys: bySlot(this.keyspace.db(0).keys()) };
    return this.bySlot.keys.get(slot) ?? [];
  }

  unknownScript(text: string): Reply {
    return this.unknown(['EVAL', text]);
  }

  info(section: string): string {
    return this.infoSections()[section.toLowerCase()]?.() ?? '';
  }

  protected answer(client: Client, words: string[]): string {
    return encodeReply(this.process(client, words));
  }

  protected propagate(_db: number, _commands: readonly (readonly string[])[]): void {
    // Only a source has replicas.
  }

  protected infoSections(): InfoSections {
    return infoSections({
      version: VERSION,
      keyspace: this.keyspace,
      runId: this.runId,
      clustered: this.seat !== undefined,
      clients: this.clients.size,
      errors: this.errors,
      calls: this.calls,
    });
  }

  protected unknown(words: readonly string[]): Reply {
    const what = `port ${this.port} does not know ${words.slice(0, 4).join(' ').slice(0, 200)}`;
    this.onUnknown(what);
    return new Failure(`ERR ${what}`);
  }

  /** Commands about the server or the connection; undefined for those on data. */
  protected administer(client: Client, name: string, args: readonly string[]): Reply | undefined {
    const sub = (args[0] ?? '').toLowerCase();
    switch (name) {
      case 'ping':
        return new Status('PONG');
      case 'time':
        return [String(Math.floor(this.nowMs / 1000)), String((this.nowMs % 1000) * 1000)];
      case 'select': {
        const db = Number(args[0]);
        if (!Number.isInteger(db)) return new Failure('ERR value is not an integer or out of range');
        if (this.seat && db !== 0) return new Failure('ERR SELECT is not allowed in cluster mode');
        if (db < 0 || db >= DATABASES) return new Failure('ERR DB index is out of range');
        client.db = db;
        return OK;
      }
      case 'info':
        return args.length === 0
          ? Object.values(this.infoSections())
              .map((make) => make())
              .join('\r\n')
          : this.info(sub);
      case 'client':
        return this.administerClients(client, sub, args);
      case 'config':
        if (sub === 'get' && args[1] === 'databases') return ['databases', String(DATABASES)];
        return undefined;
      case 'module':
        return sub === 'list' ? [] : undefined;
      case 'function':
        return sub === 'list' ? [] : undefined;
      case 'command':
        return args.length > 0 ? undefined : COMMAND_REPLY;
      case 'watch':
        for (const key of args) client.watched.push({ db: client.db, key });
        this.watching.add(client);
        return OK;
      case 'unwatch':
        this.unwatch(client);
        return OK;
      case 'wait':
        return this.waited();
      case 'asking':
        if (!this.seat) return new Failure('ERR This instance has cluster support disabled');
        client.asking = true;
        return OK;
      case 'cluster':
        if (!this.seat) return new Failure('ERR This instance has cluster support disabled');
        return this.seat.cluster.answer(this.seat.shard, this.seat.role, this, args);
      case 'eval':
        this.scripts.set(scriptName(args[0]!), args[0]!);
        return this.runScript(client, args);
      case 'evalsha': {
        const text = this.scripts.get(args[0]!);
        if (text === undefined) return new Failure('NOSCRIPT No matching script. Please use EVAL.');
        return this.runScript(client, [text, ...args.slice(1)]);
      }
      default:
        return undefined;
    }
  }

  /** How many replicas have everything: one that takes over then has it, too. */
  protected waited(): number {
    return 0;
  }

  private runScript(client: Client, args: readonly string[]): Reply {
    this.scriptHasWritten = false;
    const reply = runScript(this, client, args);
    this.onScript(args, reply, client);
    return reply;
  }

  private administerClients(client: Client, sub: string, args: readonly string[]): Reply | undefined {
    if (sub === 'setname') {
      client.name = args[1] ?? '';
      return OK;
    }
    if (sub === 'id') return client.id;
    if (sub === 'list')
      return [...this.clients]
        .map(({ id, name, db }) => `id=${id} addr=127.0.0.1:${40000 + id} name=${name} db=${db}\n`)
        .join('');
    if (sub !== 'kill' || args[1]?.toLowerCase() !== 'id') return undefined;
    const found = [...this.clients].find(({ id }) => String(id) === args[2]);
    if (!found || found === client) return 0;
    this.forget(found);
    found.channel?.close();
    return 1;
  }

  private process(client: Client, words: string[]): Reply {
    const row = rowOf(words[0]!);
    if (!row) return this.unknown(words);
    const { name } = row;
    if (name === 'multi') {
      client.queued = [];
      client.spoiled = false;
      return OK;
    }
    if (name === 'exec') return this.exec(client);
    const refused = this.refusal(client, row, words);
    if (refused) {
      if (client.queued) client.spoiled = true;
      return this.counted(refused);
    }
    if (client.queued && name !== 'watch') {
      client.queued.push(words);
      return new Status('QUEUED');
    }
    this.count(name);
    const reply = this.withEffects(() => this.execute(client, row, words));
    return reply;
  }

  private exec(client: Client): Reply {
    const { queued, spoiled, dirty } = client;
    if (!queued) return this.counted(new Failure('ERR EXEC without MULTI'));
    client.queued = undefined;
    this.unwatch(client);
    this.count('exec');
    const elsewhere = this.elsewhere(client, queued);
    if (elsewhere) return this.counted(elsewhere);
    if (spoiled)
      return this.counted(new Failure('EXECABORT Transaction discarded because of previous errors.'));
    if (dirty) return NO_ARRAY;
    const replies: Reply[] = [];
    this.withEffects(() => {
      for (const words of queued) {
        const row = rowOf(words[0]!)!;
        this.count(row.name);
        replies.push(this.execute(client, row, words));
      }
      return OK;
    });
    this.onExec(queued, replies, client);
    return replies;
  }

  private refusal(client: Client, row: CommandRow, words: readonly string[]): Failure | undefined {
    if (!fitsArity(row, words.length))
      return new Failure(`ERR wrong number of arguments for '${row.name}' command`);
    const elsewhere = this.elsewhere(client, [words]);
    client.asking = false;
    if (elsewhere) return elsewhere;
    // A script is refused where it writes.
    if (this.readOnly && (row.writes || row.name === 'eval'))
      return new Failure("READONLY You can't write against a read only replica.");
    return this.outOfMemory && row.grows ? NO_ROOM : undefined;
  }

  private elsewhere(client: Client, all: readonly (readonly string[])[]): Failure | undefined {
    if (!this.seat) return undefined;
    return this.seat.refusal(
      all.map((words) => ({ row: rowOf(words[0]!)!, words })),
      client.asking,
      (key) => this.living(client.db, key) !== undefined,
    );
  }

  private execute(client: Client, row: CommandRow, words: readonly string[]): Reply {
    const handler = HANDLERS[row.name];
    if (!handler) {
      const administered = this.administer(client, row.name, words.slice(1));
      if (administered === undefined) return this.unknown(words);
      return administered instanceof Failure ? this.counted(administered) : administered;
    }
    const { effects, ground } = this;
    const before = effects?.length ?? 0;
    ground.begin(client.db);
    const reply = handler(ground, words.slice(1));
    if (reply instanceof Failure) {
      // That keys had expired which it met is passed on all the same.
      effects?.push(...effects.splice(before).filter(({ ofExpiry }) => ofExpiry));
      return this.counted(reply);
    }
    if (row.writes && !ground.replaced) effects?.push({ db: client.db, words });
    return reply;
  }

  /** What clients find there. */
  present(db: number, key: string): Entry | undefined {
    return this.living(db, key);
  }

  /** As MIGRATE removes a key: replicas are told of it, and nobody has called DEL. */
  giveAway(key: string): void {
    this.withEffects(() => {
      this.keyspace.remove(0, key);
      this.touched(0, key);
      this.effects!.push({ db: 0, words: ['DEL', key] });
      return OK;
    });
  }

  /** What stands there; what has expired goes when it is met. */
  living(db: number, key: string): Entry | undefined {
    const entry = this.keyspace.db(db).get(key);
    if (!entry || entry.expireAtMs === undefined || entry.expireAtMs > this.nowMs) return entry;
    this.expire(db, key);
    return undefined;
  }

  private expire(db: number, key: string): void {
    this.keyspace.remove(db, key);
    this.touched(db, key);
    const words = ['DEL', key];
    if (this.effects) this.effects.push({ db, words, ofExpiry: true });
    else this.propagate(db, [words]);
  }

  private expireActively(): void {
    this.scheduler.after(ACTIVE_EXPIRY_MS, () => this.expireActively());
    if (!this.listening || this.scheduler.nowMs < this.frozenUntilMs) return;
    const { nowMs } = this;
    if (this.firstEndMs > nowMs) return;
    this.firstEndMs = Infinity;
    for (const [db, entries] of this.keyspace.databases)
      for (const [key, { expireAtMs }] of entries) {
        if (expireAtMs === undefined) continue;
        // Not each of them is found at once.
        if (expireAtMs <= nowMs && this.random.chance(0.5)) this.expire(db, key);
        else this.firstEndMs = Math.min(this.firstEndMs, expireAtMs);
      }
  }

  /** Runs something, and passes on what it did as one step. */
  private withEffects(run: () => Reply): Reply {
    const effects: Effect[] = [];
    this.effects = effects;
    const reply = run();
    this.effects = undefined;
    // All of a step lies in one database here: the writer selects none within a transaction.
    if (effects.length > 0)
      this.propagate(
        effects[0]!.db,
        effects.map(({ words }) => words),
      );
    return reply;
  }

  /** The key has been written to, or has gone. */
  touched(db: number, key: string): void {
    const endMs = this.keyspace.touched(db, key)?.expireAtMs;
    if (endMs !== undefined && endMs < this.firstEndMs) this.firstEndMs = endMs;
    for (const client of this.watching)
      if (client.watched.some((one) => one.db === db && one.key === key)) client.dirty = true;
  }

  private unwatch(client: Client): void {
    client.watched = [];
    client.dirty = false;
    this.watching.delete(client);
  }

  private forget(client: Client): void {
    this.clients.delete(client);
    this.watching.delete(client);
  }

  private count(name: string): void {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
  }

  private counted(failure: Failure): Failure {
    this.errors += 1;
    return failure;
  }
}
