import type { AlertSettings, AlertState } from '../../../shared/alerts/alert-settings.ts';
import { describeAlert, describeOver, type AlertText } from '../../../shared/alerts/alert-words.ts';
import { judgeAlerts, minuteOf, type AlertMemory } from '../../../shared/alerts/judge-alerts.ts';
import { webhookBody, type WebhookMessage } from '../../../shared/alerts/webhook-body.ts';
import { ERROR_CATALOGUE } from '../../../shared/errors/catalogue.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';
import type { Emit } from '../app-events.ts';
import type { BackendPorts } from '../ports.ts';
import { AlertReader } from './alert-facts.ts';
import type { AlertStore } from './alert-store.ts';
import { Webhook } from './webhook.ts';

const LOOK_EVERY_MS = 5000;
/** After this nobody has looked since the machine slept. */
const SLEPT_MS = 60_000;
/** A failure is told on the desktop when it happens: only one that quiet hours have held back is told here. */
const HELD_BACK_MS = 60_000;

export interface AlertsOptions {
  readonly tasks: () => readonly TaskView[];
  readonly store: AlertStore;
  readonly notify: BackendPorts['notify'];
  /** Whether messages are shown at all. */
  readonly notifies: () => boolean;
  readonly emit: Emit;
  readonly fetch?: typeof fetch;
}

/** Looks at all tasks every few seconds, and tells the desktop and a webhook what is worth an alert. */
export class Alerts {
  private readonly options: AlertsOptions;
  private readonly webhook: Webhook;
  private readonly reader = new AlertReader();
  private readonly timer: NodeJS.Timeout;
  private memory = new Map<string, AlertMemory>();
  private lookedAtMs = Date.now();
  private delivered: AlertState['delivered'] = null;

  constructor(options: AlertsOptions) {
    this.options = options;
    const { store, fetch: by } = options;
    this.webhook = new Webhook({
      address: () => store.webhook,
      onOutcome: (fault) => this.outcome(fault),
      ...(by && { fetch: by }),
    });
    this.remember();
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  get state(): AlertState {
    const { settings, webhook } = this.options.store;
    return {
      settings,
      webhookHost: webhook === undefined ? null : new URL(webhook).host,
      delivered: this.delivered,
    };
  }

  /** @throws RequestError REQUEST_INVALID; LockstepError STORE_UNWRITABLE */
  change(settings: AlertSettings | undefined, webhook: string | null | undefined): AlertState {
    this.options.store.change(settings, webhook);
    if (webhook !== undefined) this.delivered = null;
    this.tell();
    return this.state;
  }

  /** A message that says that it is one. */
  async test(): Promise<AlertState> {
    this.outcome(
      await this.webhook.tryOnce(
        this.body({
          ...{ event: 'test', kind: null, task: null, sinceMs: null },
          ...{ title: 'Lockstep: a test', text: 'Alerts of Lockstep will arrive here.' },
        }),
      ),
    );
    return this.state;
  }

  look(nowMs = Date.now()): void {
    const { settings } = this.options.store;
    // While this machine slept nothing held that anybody could have seen: it is counted from now on.
    const sleptMs = nowMs - this.lookedAtMs > SLEPT_MS ? nowMs - this.lookedAtMs : 0;
    this.lookedAtMs = nowMs;
    const next = new Map<string, AlertMemory>();
    for (const task of this.options.tasks()) {
      const facts = this.reader.factsOf(task, nowMs);
      const before = later(this.memory.get(task.id) ?? {}, sleptMs);
      const { memory, raised, over } = judgeAlerts(facts, before, settings, nowMs, minuteOf(nowMs));
      next.set(task.id, memory);
      for (const { kind, sinceMs } of raised)
        this.send(task, {
          ...{ event: 'raised', kind, sinceMs },
          ...describeAlert(kind, task.name, facts, reasonOf(task), nowMs - sinceMs),
        });
      for (const { kind, sinceMs } of over)
        this.send(task, {
          ...{ event: 'over', kind, sinceMs },
          ...describeOver(kind, task.name, nowMs - sinceMs),
        });
    }
    this.memory = next;
  }

  close(): void {
    clearInterval(this.timer);
    this.webhook.close();
  }

  /** What has failed before the application started is known. */
  private remember(): void {
    const nowMs = Date.now();
    for (const { id, state } of this.options.tasks())
      if (state === 'failed') this.memory.set(id, { failed: { sinceMs: nowMs, toldAtMs: nowMs } });
  }

  private send(
    { id, name }: TaskView,
    message: AlertText & Pick<WebhookMessage, 'event' | 'kind' | 'sinceMs'>,
  ): void {
    const { settings } = this.options.store;
    const { event, kind, sinceMs, title, text } = message;
    const told = kind === 'failed' && (event === 'over' || Date.now() - (sinceMs ?? 0) < HELD_BACK_MS);
    if (settings.desktop && this.options.notifies() && !told)
      this.options.notify({ title, body: text, taskId: id });
    if (settings.webhook.on) this.webhook.send(this.body({ ...message, task: { id, name } }));
  }

  private body(message: Omit<WebhookMessage, 'atMs'>): string {
    const { form } = this.options.store.settings.webhook;
    return webhookBody(form, { ...message, atMs: Date.now() });
  }

  private outcome(fault: string | null): void {
    this.delivered = { atMs: Date.now(), fault };
    this.tell();
  }

  private tell(): void {
    this.options.emit({ type: 'alerts', state: this.state });
  }
}

const reasonOf = ({ failure }: TaskView): string =>
  failure ? `${ERROR_CATALOGUE[failure.code].title}: ${failure.fact}` : '';

/** What was not told yet begins that much later. */
function later(memory: AlertMemory, byMs: number): AlertMemory {
  if (byMs === 0) return memory;
  return Object.fromEntries(
    Object.entries(memory).map(([kind, held]) => [
      kind,
      held.toldAtMs === null ? { ...held, sinceMs: held.sinceMs + byMs } : held,
    ]),
  );
}
