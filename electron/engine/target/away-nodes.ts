import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatDuration } from '../../../shared/format/numbers.ts';
import type { Wholeness } from '../control/whole-cluster.ts';
import { Backoff } from '../intake/backoff.ts';
import type { Clock, Timer } from '../world/clock.ts';
import type { TaskEvents } from '../events/task-events.ts';

export interface AwayNodesOptions {
  readonly clock: Clock;
  readonly retryForMs: number;
  readonly events: Pick<TaskEvents, 'info' | 'warning'>;
  readonly paused: () => boolean;
  /** The command that waits for one of them, and with it the stream; undefined while none does. */
  readonly heldUpBy: () => string | undefined;
  /** Looks at the cluster, by way of others than these (`host:port`) as long as there are any. */
  readonly look: (away: readonly string[]) => Promise<Wholeness>;
  /** All slots are answered for again, by these nodes or by others. */
  readonly onWhole: () => void;
  /** They were away for as long as the task waits for anything. */
  readonly onExhausted: (error: LockstepError) => void;
}

/** Since when a node is away, in Unix ms, and why. */
export interface NodeAway {
  readonly sinceMs: number;
  readonly reason: string;
}

/** Nodes of a target that are away while the stream is applied to the others, until the cluster is whole again. */
export class AwayNodes {
  private readonly options: AwayNodesOptions;
  private readonly nodes = new Map<string, NodeAway>();
  private backoff: Backoff;
  private timer: Timer | undefined;
  private heldUpTold = false;
  /** Rises with each time that there are none any more. */
  private turn = 0;

  constructor(options: AwayNodesOptions) {
    this.options = options;
    this.backoff = new Backoff(options.retryForMs);
  }

  at(node: string): NodeAway | undefined {
    return this.nodes.get(node);
  }

  /** Since when the first of them has been away; undefined while none is. */
  get sinceMs(): number | undefined {
    return this.nodes.size === 0
      ? undefined
      : Math.min(...[...this.nodes.values()].map((one) => one.sinceMs));
  }

  /** `node`: where it is (`host:port`), which its error begins with. */
  add(node: string, error: LockstepError): void {
    const { clock, events } = this.options;
    const first = this.nodes.size === 0;
    this.nodes.set(node, { sinceMs: clock.now(), reason: withoutPlace(error.message, node) });
    if (first) this.lookLater();
    const { title } = nodeAway('').entry;
    events.warning(
      `${title} (${node}: ${this.nodes.get(node)!.reason}); the other nodes go on, and what it misses waits in the buffer on this machine`,
      { code: 'TARGET_NODE_AWAY', giveUpAtMs: this.backoff.givesUpAtMs },
    );
  }

  /** The stream is not applied any more. */
  drop(): void {
    if (this.nodes.size === 0) return;
    this.options.clock.clear(this.timer);
    this.nodes.clear();
    this.backoff = new Backoff(this.options.retryForMs);
    this.heldUpTold = false;
    this.turn += 1;
  }

  /** The cluster is whole again. */
  back(): void {
    const { clock, events } = this.options;
    const after = formatDuration(clock.now() - (this.sinceMs ?? clock.now()));
    const nodes = [...this.nodes.keys()].join(', ');
    events.info(
      `All nodes of the target answer again after ${after} (away: ${nodes}): what was missed there is applied`,
    );
    this.drop();
  }

  private lookLater(): void {
    const { clock, paused, onExhausted } = this.options;
    const { backoff } = this;
    // The retry duration begins anew behind a pause.
    if (backoff.patient && !paused()) backoff.succeeded();
    backoff.patient = paused();
    const waitMs = this.backoff.next(clock.now());
    if (waitMs !== undefined) this.timer = clock.setTimeout(() => void this.look(), waitMs);
    else onExhausted(exhausted(this.nodes));
  }

  private async look(): Promise<void> {
    const { turn, options } = this;
    const { whole, unreached } = await options.look([...this.nodes.keys()]).catch(() => NOTHING_SEEN);
    if (turn !== this.turn) return;
    for (const [node, reason] of unreached) {
      const away = this.nodes.get(node);
      if (away) this.nodes.set(node, { ...away, reason: withoutPlace(reason, node) });
    }
    if (whole && !options.paused()) return options.onWhole();
    this.tellHeldUp();
    this.lookLater();
  }

  private tellHeldUp(): void {
    const by = this.options.heldUpBy();
    if (by === undefined || this.heldUpTold) return;
    this.heldUpTold = true;
    this.options.events.warning(
      `The stream has come to a command that needs a node that is away (${by}), and waits for it; so do the other nodes`,
    );
  }
}

const NOTHING_SEEN: Wholeness = { whole: false, unreached: new Map() };

const nodeAway = (fact: string): LockstepError => new LockstepError('TARGET_NODE_AWAY', fact);

function exhausted(nodes: ReadonlyMap<string, NodeAway>): LockstepError {
  const which = [...nodes].map(([node, { reason }]) => `${node}: ${reason}`).join('; ');
  return new LockstepError('RETRY_EXHAUSTED', `${nodeAway('').entry.title}: ${which}`);
}

const withoutPlace = (text: string, node: string): string =>
  text.startsWith(`${node}: `) ? text.slice(node.length + 2) : text;
