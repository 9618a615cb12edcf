import { MOST_ASKED_KEYS, type RepairKind, type RepairOutcome } from '../../../shared/model/key-repair.ts';
import type { NamedKey } from './key-groups.ts';

/** Brought at once: they are read whole, and the stream stands still for as long. */
const ROUND_KEYS = 2000;
/** Rounds that ended with a fault of either side, before its keys are given up. */
const MOST_ATTEMPTS = 3;

/** A key that somebody has asked to be brought to the source's state. */
export interface AskedKey extends NamedKey {
  readonly kind: RepairKind;
  /** Is told once what has become of it; `reason`: of what was not done. */
  readonly settle: (outcome: RepairOutcome, reason?: string) => void;
}

/** What one round has to say. */
export interface AskedRound {
  readonly keys: readonly AskedKey[];
  /** They are being looked at. */
  begin(): void;
  /** Nothing was changed for this key, and it is asked for no more. */
  leave(key: AskedKey, outcome: RepairOutcome, reason?: string): void;
  /** They are more than can be read at once: fewer come next. */
  tooMuch(reason: string): void;
  /** Those that are left cannot be brought. */
  refuse(reason: string): void;
}

/** The keys that were asked for, in their order, some at a time, until each is settled. */
export class AskedKeys {
  private waiting: AskedKey[] = [];
  private roundKeys = ROUND_KEYS;
  private attempts = 0;

  get size(): number {
    return this.waiting.length;
  }

  /** @returns false, and takes none of them, where there would be too many */
  add(keys: readonly AskedKey[]): boolean {
    if (this.waiting.length + keys.length > MOST_ASKED_KEYS) return false;
    this.waiting.push(...keys);
    return true;
  }

  /** All that are left: whoever takes them sees to them from here on. */
  takeAll(): readonly AskedKey[] {
    return this.waiting.splice(0);
  }

  /** The next ones; undefined where there are none. They stay in here until they are settled. */
  next(): AskedRound | undefined {
    if (this.attempts === MOST_ATTEMPTS)
      this.settle(this.waiting.slice(0, this.roundKeys), 'not-done', 'it was tried in vain, again and again');
    const keys = this.waiting.slice(0, this.roundKeys);
    if (keys.length === 0) return undefined;
    return {
      keys,
      begin: () => void (this.attempts += 1),
      leave: (key, outcome, reason) => this.settle([key], outcome, reason),
      tooMuch: (reason) => this.fewer(keys, reason),
      refuse: (reason) => this.settle(keys, 'not-done', reason),
    };
  }

  /** These have come to what the source had, and stand on the target. */
  done(keys: readonly { readonly key: AskedKey; readonly outcome: RepairOutcome }[]): void {
    for (const { key, outcome } of keys) this.settle([key], outcome);
    this.roundKeys = Math.min(ROUND_KEYS, this.roundKeys * 2);
  }

  private fewer(keys: readonly AskedKey[], reason: string): void {
    this.attempts = 0;
    if (keys.length === 1) this.settle(keys, 'too-large', reason);
    else this.roundKeys = Math.max(1, Math.floor(keys.length / 4));
  }

  private settle(keys: readonly AskedKey[], outcome: RepairOutcome, reason?: string): void {
    this.attempts = 0;
    const settled = new Set(keys);
    const told = this.waiting.filter((key) => settled.has(key));
    this.waiting = this.waiting.filter((key) => !settled.has(key));
    for (const key of told) key.settle(outcome, reason);
  }
}
