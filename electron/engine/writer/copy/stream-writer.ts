import type { StreamState } from '../../protocol/rdb/events.ts';
import type { CommandOutput } from '../../protocol/resp/command-output.ts';
import { command } from '../../protocol/resp/encode.ts';
import type { TargetAbilities } from '../../control/target-abilities.ts';

/**
 * Rebuilds a stream by commands: entries with their ids, then its counters, groups, consumers and pending entries.
 * Known limit: a pending entry whose message was deleted exists in no command's power (XCLAIM drops it from 7.0 on), so it is
 * carried only where the stream is small enough for RESTORE.
 */
export class StreamWriter {
  private readonly output: CommandOutput;
  private readonly abilities: TargetAbilities;
  private key: Buffer = Buffer.alloc(0);
  private entries = 0;

  constructor(output: CommandOutput, abilities: TargetAbilities) {
    this.output = output;
    this.abilities = abilities;
  }

  start(key: Buffer): void {
    this.key = key;
    this.entries = 0;
  }

  entry(id: string, fieldsAndValues: readonly Buffer[]): void {
    this.entries += 1;
    this.send('XADD', this.key, id, ...fieldsAndValues);
  }

  state(state: StreamState): void {
    if (this.entries === 0) {
      // An empty stream: only adding and removing an entry makes one on every version.
      this.send('XADD', this.key, state.lastId === '0-0' ? '0-1' : state.lastId, 'x', 'x');
      this.send('XTRIM', this.key, 'MAXLEN', '0');
    }
    if (
      this.abilities.streamCounters &&
      state.entriesAdded !== undefined &&
      state.maxDeletedId !== undefined
    ) {
      this.send(
        'XSETID',
        this.key,
        state.lastId,
        'ENTRIESADDED',
        String(state.entriesAdded),
        'MAXDELETEDID',
        state.maxDeletedId,
      );
    } else {
      this.send('XSETID', this.key, state.lastId);
    }
  }

  group(name: Buffer, lastDeliveredId: string, entriesRead: number): void {
    const counted = this.abilities.streamCounters ? ['ENTRIESREAD', String(entriesRead)] : [];
    this.send('XGROUP', 'CREATE', this.key, name, lastDeliveredId, ...counted);
  }

  consumer(group: Buffer, name: Buffer): void {
    // Before 6.2 a consumer exists from its first pending entry on.
    if (this.abilities.createConsumer) this.send('XGROUP', 'CREATECONSUMER', this.key, group, name);
  }

  pending(group: Buffer, consumer: Buffer, id: string, deliveryTimeMs: number, deliveries: number): void {
    const state = ['TIME', String(deliveryTimeMs), 'RETRYCOUNT', String(deliveries), 'FORCE', 'JUSTID'];
    this.send('XCLAIM', this.key, group, consumer, '0', id, ...state);
  }

  private send(...words: readonly (string | Buffer)[]): void {
    const bytes = command(...words);
    this.output.reserve(Math.min(bytes.length, 64 * 1024));
    this.output.begin();
    this.output.copy(bytes, 0, bytes.length);
  }
}
