import type { CommandBuffer } from '../command-buffer.ts';
import { key, type Operation, type Workload } from './workload.ts';

const STREAMS = 12;
const GROUPS = ['billing', 'search'];
const CONSUMERS = ['worker-1', 'worker-2', 'worker-3'];
const LONGEST = 300;
/** How many of the last ids are remembered for XACK, XCLAIM and XDEL. */
const REMEMBERED = 24;

const CREATE_GROUP = `if redis.call('EXISTS', KEYS[1]) == 0 then
  for _, group in ipairs(ARGV) do redis.call('XGROUP', 'CREATE', KEYS[1], group, '0', 'MKSTREAM') end
end`;

/** Creates the streams with their groups in the selected database, where they are missing. */
export function prepareStreams(out: CommandBuffer, prefix: string): void {
  for (let i = 0; i < STREAMS; i++) out.add('EVAL', CREATE_GROUP, '1', `${prefix}stream:${i}`, ...GROUPS);
}

/** The ids this writer gave, newest last; the time part is never behind that of the id before. */
class EntryIds {
  private readonly recent: string[] = [];
  private lastMs = 0;
  private sequence = 0;

  next(nowMs: number): string {
    if (nowMs > this.lastMs) {
      this.lastMs = nowMs;
      this.sequence = 0;
    }
    this.sequence += 1;
    const id = `${this.lastMs}-${this.sequence}`;
    this.recent.push(id);
    if (this.recent.length > REMEMBERED) this.recent.shift();
    return id;
  }

  get known(): readonly string[] {
    return this.recent.length > 0 ? this.recent : ['1-1'];
  }
}

/** The stream operations of one writer. The streams exist (prepareStreams) and nothing here removes them. */
export function streamOperations(): Operation[] {
  const ids = new Map<string, EntryIds>();
  const idsOf = (w: Workload, stream: string): EntryIds => {
    const name = `${w.db} ${stream}`;
    let found = ids.get(name);
    if (!found) ids.set(name, (found = new EntryIds()));
    return found;
  };
  const stream = (w: Workload): string => key(w, 'stream', STREAMS);
  const operation = (
    weight: number,
    write: (w: Workload) => void,
    needs: Operation['needs'] = 'streams',
  ): Operation => ({
    weight,
    needs: needs!,
    write,
  });

  return [
    operation(8, (w) => {
      const name = stream(w);
      w.out.add(
        'XADD',
        name,
        idsOf(w, name).next(w.nowMs),
        'user',
        w.random.below(1000),
        'body',
        w.random.bytes(30),
      );
    }),
    operation(2, (w) =>
      w.out.add('XADD', key(w, 'log', 6), 'MAXLEN', '~', LONGEST, '*', 'line', w.random.bytes(40)),
    ),
    operation(2, (w) => w.out.add('XTRIM', stream(w), 'MAXLEN', LONGEST)),
    operation(5, (w) =>
      w.out.add(
        'XREADGROUP',
        'GROUP',
        w.random.pick(GROUPS),
        w.random.pick(CONSUMERS),
        'COUNT',
        6,
        'STREAMS',
        stream(w),
        '>',
      ),
    ),
    operation(4, (w) => {
      const name = stream(w);
      w.out.add('XACK', name, w.random.pick(GROUPS), ...idsOf(w, name).known);
    }),
    operation(2, (w) => {
      const name = stream(w);
      const id = w.random.pick(idsOf(w, name).known);
      w.out.add('XCLAIM', name, w.random.pick(GROUPS), w.random.pick(CONSUMERS), '0', id);
    }),
    operation(1, (w) => {
      const name = stream(w);
      w.out.add('XDEL', name, w.random.pick(idsOf(w, name).known));
    }),
    operation(
      1,
      (w) =>
        w.out.add(
          'XAUTOCLAIM',
          stream(w),
          w.random.pick(GROUPS),
          w.random.pick(CONSUMERS),
          1000,
          '0',
          'COUNT',
          5,
        ),
      'autoclaim',
    ),
    // What is never acknowledged would gather for ever.
    operation(1, (w) => {
      if (!w.random.chance(0.1)) return;
      const name = stream(w);
      const group = w.random.pick(GROUPS);
      w.out.add('XGROUP', 'DESTROY', name, group);
      w.out.add('XGROUP', 'CREATE', name, group, '$');
    }),
  ];
}
