import type { Limits } from '../../../shared/contract/engine-messages.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { formatBytes, formatCount, formatKeys, formatDuration } from '../../../shared/format/numbers.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { Side } from '../control/control-connection.ts';
import type { Pair } from '../control/relation.ts';
import type { ServerFacts } from '../control/server-facts.ts';
import type { EvictionWatch } from '../watch/eviction-watch.ts';
import type { SourceStanding } from '../watch/source-standing.ts';
import { describeSlots } from '../router/slot-ranges.ts';
import type { SlotSet } from '../router/slot-set.ts';
import { LEAST_BYTES_PER_SECOND } from '../pacing/pace.ts';
import type { TaskEvents } from './task-events.ts';
import type { Trouble } from '../intake/trouble.ts';
import type { Clock } from '../world/clock.ts';

/** A fault that goes on is told again this seldom; the metrics count every attempt. */
const REPEAT_MS = 60_000;

/** Puts the milestones of a run into words. */
export class TaskLog {
  private readonly clock: Clock;
  private readonly events: TaskEvents;
  private readonly beganMs: number;
  private readonly toldMs = new Map<ErrorCode, number>();
  private evictedToldMs = -Infinity;
  private leftOutToldMs = -Infinity;
  private everInStep = false;
  private outSinceMs: number | undefined;
  /** The replica of a shard that was told of as the one that has lost its primary. */
  private orphan: Endpoint | undefined;

  constructor(clock: Clock, events: TaskEvents) {
    this.clock = clock;
    this.beganMs = clock.now();
    this.events = events;
  }

  /** Sentinels have named a primary, the first one or another than before, or the nodes of a cluster the next one of a shard. */
  located(side: Side, endpoint: Endpoint, before: Endpoint | undefined): void {
    const what = endpoint.sentinel ? `The primary of ${endpoint.sentinel.name}, the ${side},` : 'Its primary';
    const at = describeEndpoint(endpoint);
    this.events.located(side, { host: endpoint.host, port: endpoint.port });
    this.events.info(
      before ? `${what} is ${at} now; before it was ${describeEndpoint(before)}` : `${what} is ${at}`,
    );
  }

  /** `shards`: of a target that is a cluster. */
  connected(at: Pair<Endpoint>, facts: Pair<ServerFacts>, shards: number | undefined): void {
    const source = `${describeServer(facts.source)} at ${describeEndpoint(at.source)}`;
    const where = describeEndpoint(at.target);
    const target =
      shards === undefined
        ? `${describeServer(facts.target)} at ${where}`
        : `a cluster of ${shards} ${shards === 1 ? 'shard' : 'shards'} (${describeServer(facts.target)}), where ${where} keeps account of the task`;
    this.events.info(`Connected: the source is ${source}, the target ${target}`);
  }

  goingOn(offset: number): void {
    this.events.info(`The target holds the source up to offset ${offset}: the task goes on from there`);
  }

  copying(again: boolean, sourceKeys: number): void {
    this.toldMs.clear();
    if (again) return this.events.info('The full copy goes on');
    const about = sourceKeys > 0 ? `: about ${formatKeys(sourceKeys)}` : '';
    this.events.info(`The full copy begins${about}`);
  }

  trouble(trouble: Trouble): void {
    const { error } = trouble;
    const nowMs = this.clock.now();
    this.outSinceMs ??= nowMs;
    if (nowMs - (this.toldMs.get(error.code) ?? -Infinity) < REPEAT_MS) return;
    this.toldMs.set(error.code, nowMs);
    const fact = `${error.entry.title} (${error.message})`;
    if ('onResume' in trouble)
      return this.events.warning(`${fact}; ${trouble.onResume}`, { code: error.code });
    const { waitMs, giveUpAtMs } = trouble;
    const text = `${fact}; trying again in ${(waitMs / 1000).toFixed(1)} s`;
    this.events.warning(text, { code: error.code, giveUpAtMs });
  }

  /** The task is in step no more, which is told elsewhere. */
  nodeAway(): void {
    this.outSinceMs ??= this.clock.now();
  }

  cut(): void {
    this.events.info('The link to the source was cut, as if the source were lost: what has come is applied');
  }

  /** `missingBytes` of the source's stream are known of and never came. */
  cutOver(relation: 'source-follows' | 'one-server', paused: boolean, missingBytes: number): void {
    const fact =
      relation === 'one-server'
        ? 'The address of the source leads to the target now'
        : 'The source replicates from the target now';
    const then = paused ? 'when the task is resumed, and then' : 'and then';
    this.events.info(
      `${fact}: the move is done. What had come before is applied, ${then} the target is handed over`,
    );
    if (missingBytes > 0)
      this.events.warning(
        `The last ${formatBytes(missingBytes)} that the source wrote before never came here: it gave them up for the data of the target`,
      );
  }

  /** The task was ended before that. */
  leftOut(bytes: number): void {
    this.events.warning(
      `${formatBytes(bytes)} that the source wrote before it followed the target were not applied: they are lost with the buffer`,
    );
  }

  /** Told when it begins, and now and then while it goes on. */
  evicted({ count, policy }: EvictionWatch): void {
    const nowMs = this.clock.now();
    if (nowMs - this.evictedToldMs < REPEAT_MS) return;
    this.evictedToldMs = nowMs;
    const by = policy === '' ? '' : ` (maxmemory-policy ${policy})`;
    this.events.warning(
      `The target has evicted ${formatKeys(count)} since the full copy${by}: they are missing there, and nothing brings them back. Raise maxmemory on the target or set maxmemory-policy noeviction, then make a new full copy; compare names what is missing`,
    );
  }

  /** Of the stream, by consent; told now and then while more come. */
  libraryLeftOut(name: string, all: number): void {
    const nowMs = this.clock.now();
    if (nowMs - this.leftOutToldMs < REPEAT_MS) return;
    this.leftOutToldMs = nowMs;
    this.events.warning(
      `The source has loaded the function library ${name}, which is left out: the target knows no functions. It lacks ${formatCount(all)} in all`,
    );
  }

  /** The run has ended before these were brought, which have come to its shard of the source. */
  slotsMissing(slots: SlotSet | undefined): void {
    if (!slots || slots.size === 0) return;
    this.events.warning(
      `Slots ${describeSlots(slots.ranges)} have come to this shard of the source, and were not brought before the end: what stands of them on the target is as old as their move, with expiry that may be late. The next run brings them`,
    );
  }

  stalled(spoolMaxBytes: number): void {
    this.events.warning(
      `The buffer is full (${formatBytes(spoolMaxBytes)} on disk) before the copy is done: the source waits until the target has taken more. What is written there meanwhile stays in its output buffer; past its client-output-buffer-limit, or its repl-timeout, it ends the link, and the copy may begin anew. A larger buffer (--buffer-max) prevents that`,
    );
  }

  /** `replica`: of a shard, which is read in the place of its primary; undefined where the source itself is a replica. */
  primaryLost(standing: SourceStanding, replica: Endpoint | undefined): void {
    const { primary } = standing;
    const seconds = Math.round(standing.staleSeconds(this.clock.now()));
    const lost = `its primary ${primary}, ${formatDuration(seconds * 1000)} ago (master_link_status:down). What that has written since is not known here, so nothing is in step until`;
    this.outSinceMs ??= this.clock.now();
    this.orphan = replica;
    this.events.warning(
      replica
        ? `The replica ${describeEndpoint(replica)}, from which this shard is read, has lost ${lost} the shard has a primary again`
        : `The source is a replica and has lost ${lost} the link is back; or take the primary itself as the source`,
      { code: 'SOURCE_NO_MASTER_LINK' },
    );
  }

  primaryBack(): void {
    this.events.info(
      this.orphan
        ? 'This shard has a primary again, which what is read of it follows'
        : 'The source has a primary that it follows again, or is one itself',
    );
  }

  paused(): void {
    this.events.info(
      "Paused: nothing more is sent to the target; what the source writes waits in this machine's spool",
    );
  }

  resumed(): void {
    this.outSinceMs = this.clock.now();
    this.events.info('Resumed');
  }

  limits({ maxCommandsPerSecond, maxBytesPerSecond }: Limits): void {
    const bytes = Math.max(LEAST_BYTES_PER_SECOND, maxBytesPerSecond);
    const set = [
      ...(maxCommandsPerSecond > 0 ? [`${formatCount(maxCommandsPerSecond)} commands/s`] : []),
      ...(maxBytesPerSecond > 0 ? [`${formatBytes(bytes)}/s`] : []),
    ];
    const what = set.length > 0 ? `at most ${set.join(' and ')}` : 'as fast as it takes it';
    this.events.info(`From now on the target is sent ${what}`);
  }

  /** The target has what the source had a moment ago. */
  inStep(): void {
    const nowMs = this.clock.now();
    if (!this.everInStep) {
      this.events.info(`In step ${formatDuration(nowMs - this.beganMs)} after the start`);
    } else if (this.outSinceMs !== undefined) {
      this.events.info(`In step again after ${formatDuration(nowMs - this.outSinceMs)}`);
    }
    this.everInStep = true;
    this.outSinceMs = undefined;
    this.toldMs.clear();
  }
}

const describeServer = ({ redisVersion, valkeyVersion }: ServerFacts): string =>
  valkeyVersion === undefined ? `Redis ${redisVersion}` : `Valkey ${valkeyVersion}`;
