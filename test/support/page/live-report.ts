import { SPARK_POINTS, type TaskView } from '../../../shared/model/task-view.ts';

const wave = (atMs: number, periodS: number): number => Math.sin((atMs / 1000 / periodS) * 2 * Math.PI);

/** The next report of a running task: its rates wander, its full copy gets on. */
export function liveReport({ metrics, phase, spark, drift }: TaskView): Partial<TaskView> {
  if (!metrics) return {};
  const atMs = Date.now();
  const commandsPerSecond = Math.max(0, 12_400 * (1 + 0.2 * wave(atMs, 17) + 0.1 * wave(atMs, 3.1)));
  const flow = { ...metrics.applied, commandsPerSecond, bytesPerSecond: commandsPerSecond * 148 };
  const { copy } = metrics;
  const total = copy.bytesTotal ?? copy.bytesDone;
  const copied = phase === 'full-copy' ? Math.min(total, copy.bytesDone + total / 200) : copy.bytesDone;
  return {
    metrics: {
      ...metrics,
      ...{ atMs, countedAtMs: atMs, sourceAtMs: atMs },
      read: { ...flow, commandsPerSecond: commandsPerSecond * 1.01 },
      applied: flow,
      copy: { ...copy, bytesDone: copied },
      lag: phase === 'in-step' ? { bytes: 40_000, seconds: 0.25 + 0.2 * wave(atMs, 7) } : metrics.lag,
    },
    drift: { ...drift, countedAtMs: atMs },
    spark: [...spark, commandsPerSecond].slice(-SPARK_POINTS),
  };
}
