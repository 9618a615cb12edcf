/** Clusters that are started before they are asked for. */

interface Spare<T> {
  /** The test that ran when it was begun. */
  readonly begunBy: unknown;
  readonly made: Promise<T | undefined>;
}

/** As far as needed here, of the runner's. */
interface RunningTest {
  readonly type: string;
  readonly mode: string;
  readonly result?: unknown;
  readonly tasks?: readonly RunningTest[];
  readonly file?: RunningTest;
}

const runner = process.env['VITEST'] ? (await import('vitest')).TestRunner : undefined;
const currentTest = (): RunningTest | undefined => runner?.getCurrentTest() as RunningTest | undefined;

/**
 * A node of a cluster takes no writes for its first two seconds (Redis cluster.c: CLUSTER_WRITABLE_DELAY), which most tests would wait for.
 * So the cluster for the next test of a file is started while the present one runs, at most as many as that one has asked for; what nobody
 * takes ends with the process.
 */
export class SpareClusters<T> {
  private readonly make: (key: string) => Promise<T>;
  private readonly spares = new Map<string, Spare<T>[]>();

  constructor(make: (key: string) => Promise<T>) {
    this.make = make;
  }

  /** One that nobody has used; `key` says what it is like. */
  async take(key: string): Promise<T> {
    const test = currentTest();
    if (!test) return this.make(key);
    const spares = this.spares.get(key) ?? [];
    this.spares.set(key, spares);
    const at = spares.findIndex(({ begunBy }) => begunBy !== test);
    const [spare] = at < 0 ? [] : spares.splice(at, 1);
    const made = spare?.made ?? this.make(key);
    if (test.file && testsFollow(test.file, test))
      // Not beside the one that this test waits for.
      spares.push({ begunBy: test, made: made.then(() => this.make(key)).catch(() => undefined) });
    return (await made) ?? this.make(key);
  }
}

/** Whether any test of the file is still to be run. */
const testsFollow = (task: RunningTest, present: RunningTest): boolean =>
  task.tasks
    ? task.tasks.some((inner) => testsFollow(inner, present))
    : task !== present && task.type === 'test' && task.mode === 'run' && task.result === undefined;
