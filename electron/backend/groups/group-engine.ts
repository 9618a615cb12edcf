import { z } from 'zod';
import { memberSchema, MOST_MEMBERS, runCommandSchema } from '../../../shared/contract/engine-messages.ts';
import type { EngineProcess, StartEngine } from '../engine-process.ts';
import { GroupMember } from './group-member.ts';

export interface GroupEngineOptions {
  readonly start: StartEngine;
  /** It has died with several runs in it. @returns what follows, to be told to all of them; empty for nothing */
  readonly onDeath: () => string;
}

/** After its last member it ends by itself; if it does not, it is ended after this time. */
const GRACE_MS = 3000;

/** What the process of a group sends. Whose an event is is read here; what it is, by whoever it is for. */
const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('member'), member: memberSchema, event: z.looseObject({ type: z.string() }) }),
  /** A command of ours did not fit. */
  z.object({ type: z.literal('failed'), fact: z.string() }),
]);

/**
 * One engine process that several runs share, each of which has an `EngineProcess` of its own: it is told of its own messages
 * alone, and ends with its last word, while the others go on. A run that has begun is ended by force with the process, and so
 * with all others: each of them is told for whom, and goes on from its checkpoint in the next process.
 */
export class GroupEngine {
  private readonly options: GroupEngineOptions;
  private readonly engine: EngineProcess;
  private readonly members = new Map<number, GroupMember>();
  private lastId = 0;
  private ready = false;
  /** No member comes any more. */
  private closed = false;
  /** Why the process is being ended by force. */
  private why: string | undefined;
  private grace: NodeJS.Timeout | undefined;

  /** @throws when the process cannot be started */
  constructor(options: GroupEngineOptions) {
    this.options = options;
    this.engine = options.start();
    this.engine.onMessage((message) => this.receive(message));
    this.engine.onExit((status) => this.exited(status));
  }

  /** Whether one more can join. */
  get takes(): boolean {
    return !this.closed && this.members.size < MOST_MEMBERS;
  }

  /** None will join any more, however many leave. */
  get over(): boolean {
    return this.closed;
  }

  /** One more run, named in what the others are told if the process has to be ended because of it. */
  join(name: string): EngineProcess {
    const id = (this.lastId += 1);
    const member = new GroupMember({
      send: (command) =>
        this.engine.send({ type: 'member', member: id, command: runCommandSchema.parse(command) }),
      onLeave: () => this.left(id),
      onKill: () => this.end(`the run to ${name} did not end by itself`),
    });
    this.members.set(id, member);
    // Its listeners come after this call.
    if (this.ready) process.nextTick(() => member.tell({ type: 'ready' }));
    return member;
  }

  private receive(message: unknown): void {
    const parsed = messageSchema.safeParse(message);
    if (!parsed.success) return this.end('it sent a message of an unknown form');
    const told = parsed.data;
    if (told.type === 'member') return this.members.get(told.member)?.tell(told.event);
    if (told.type === 'failed') return this.end(told.fact);
    if (this.ready) return;
    this.ready = true;
    this.engine.send({ type: 'group' });
    for (const member of [...this.members.values()]) member.tell(told);
  }

  private left(id: number): void {
    this.members.delete(id);
    if (this.members.size > 0 || this.closed) return;
    this.closed = true;
    if (!this.ready) return this.engine.kill();
    this.engine.send({ type: 'no-more' });
    this.grace = setTimeout(() => this.engine.kill(), GRACE_MS);
  }

  private end(why: string): void {
    this.why ??= why;
    this.closed = true;
    this.engine.kill();
  }

  private exited(status: number | null): void {
    this.closed = true;
    clearTimeout(this.grace);
    const how = this.why ?? (status === null ? 'a signal ended it' : `it ended with status ${status}`);
    const members = [...this.members.values()];
    this.members.clear();
    const why =
      members.length > 1
        ? `the engine of ${members.length} targets: ${how}${this.options.onDeath()}`
        : this.why;
    for (const member of members) member.exit(status, why);
  }
}
