import { X509Certificate } from 'node:crypto';
import type { AlertFacts } from '../../../shared/alerts/judge-alerts.ts';
import { judge } from '../../../shared/model/judgement.ts';
import type { EndpointView } from '../../../shared/model/profile.ts';
import { usesTls } from '../../../shared/model/server-address.ts';
import { isAtWork, type TaskView } from '../../../shared/model/task-view.ts';
import type { DriftSaying } from '../../../shared/model/drift-saying.ts';

const DIFFERING: ReadonlySet<DriftSaying> = new Set<DriftSaying>(['real', 'evicted', 'found', 'lasting']);
/** Certificates of so many tasks are remembered by their text. */
const MOST_REMEMBERED = 2000;

/** What alerts are judged by, of tasks as their views tell them. */
export class AlertReader {
  private readonly ends = new Map<string, number | null>();

  factsOf(task: TaskView, nowMs: number): AlertFacts {
    const { metrics, spoolMaxBytes, state } = task;
    const heard = metrics ? { ...task, heardAtMs: metrics.atMs } : task;
    const working = isAtWork(state) && state !== 'paused' && metrics !== null;
    return {
      // What the source has written since the last report is not known to be applied.
      lagSeconds: working ? metrics.lag.seconds + Math.max(0, nowMs - metrics.atMs - 1000) / 1000 : null,
      differs: isAtWork(state) && DIFFERING.has(judge(heard, nowMs).drift.saying),
      failed: state === 'failed',
      bufferPercent: isAtWork(state) && metrics ? (metrics.spool.diskBytes / spoolMaxBytes) * 100 : 0,
      certificateEndsAtMs: this.firstEnd(task),
    };
  }

  private firstEnd({ source, target }: TaskView): number | null {
    const ends = [source, target].flatMap((server) => this.endsOf(server));
    return ends.length === 0 ? null : Math.min(...ends);
  }

  private endsOf(server: EndpointView): number[] {
    if (!usesTls(server)) return [];
    return [server.ca, server.certificate].flatMap((pem) => (pem === '' ? [] : (this.endOf(pem) ?? [])));
  }

  /** Of a chain that of the first, which is the one that is shown. */
  private endOf(pem: string): number | null {
    const known = this.ends.get(pem);
    if (known !== undefined) return known;
    if (this.ends.size >= MOST_REMEMBERED) this.ends.clear();
    const end = readEnd(pem);
    this.ends.set(pem, end);
    return end;
  }
}

function readEnd(pem: string): number | null {
  try {
    return new X509Certificate(pem).validToDate.getTime();
  } catch {
    return null;
  }
}
