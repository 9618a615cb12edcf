import { plainReason } from '../../../shared/errors/plain-reason.ts';

const ANSWER_WITHIN_MS = 10_000;
/** A receiver that is away is tried again after these. */
const AGAIN_AFTER_MS = [5000, 30_000, 120_000];
/** One more drops the oldest that waits. */
const MOST_WAITING = 100;

export interface WebhookOptions {
  /** undefined where none is set. */
  readonly address: () => string | undefined;
  /** What came of the last message: why it did not arrive, or null. */
  readonly onOutcome: (fault: string | null) => void;
  readonly fetch?: typeof fetch;
  readonly wait?: (ms: number) => Promise<void>;
}

/** Posts messages one after the other, each until it has arrived or was tried often enough. Nothing that it tells has the address. */
export class Webhook {
  private readonly options: WebhookOptions;
  private readonly waiting: string[] = [];
  private busy = false;
  private closed = false;

  constructor(options: WebhookOptions) {
    this.options = options;
  }

  send(body: string): void {
    this.waiting.push(body);
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
    void this.work();
  }

  /** @returns why it did not arrive, or null */
  async tryOnce(body: string): Promise<string | null> {
    const address = this.options.address();
    if (address === undefined) return 'no address is known for it';
    try {
      const response = await (this.options.fetch ?? fetch)(address, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
        // Whoever answers with another place is not who the address was entered for.
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      await response.body?.cancel();
      return response.ok ? null : `it answered with status ${response.status}`;
    } catch (error) {
      return reasonOf(error);
    }
  }

  close(): void {
    this.closed = true;
    this.waiting.length = 0;
  }

  private async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (let body = this.waiting.shift(); body !== undefined; body = this.waiting.shift())
      await this.deliver(body);
    this.busy = false;
  }

  private async deliver(body: string): Promise<void> {
    for (const waitMs of [0, ...AGAIN_AFTER_MS]) {
      if (waitMs > 0) await (this.options.wait ?? later)(waitMs);
      if (this.closed) return;
      const fault = await this.tryOnce(body);
      this.options.onOutcome(fault);
      if (fault === null) return;
    }
  }
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** What has no code of the system may quote the address that it was given. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return CANNOT;
  if (error.name === 'TimeoutError') return `it did not answer within ${ANSWER_WITHIN_MS / 1000} s`;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? plainReason(cause) : CANNOT;
}

const CANNOT = 'it cannot be reached';
