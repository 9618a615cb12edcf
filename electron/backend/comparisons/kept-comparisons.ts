import fs from 'node:fs';
import path from 'node:path';
import { comparisonStateSchema, type ComparisonState } from '../../../shared/contract/api.ts';
import {
  keptComparisonSchema,
  MOST_KEPT_COMPARISONS,
  type KeptComparison,
} from '../../../shared/model/kept-comparison.ts';
import { makeOwnerOnlyFolder, OWNER_ONLY_FILE } from '../owner-only.ts';

/** A result that is larger is not kept: names of keys may be of any length. */
const MOST_BYTES = 16 * 1024 ** 2;
/** The first line of a file, its figures, is shorter: addresses of eight Sentinels are the longest in it. */
const HEAD_BYTES = 16 * 1024;
const NAME = /^([a-z0-9-]{1,40})\.(\d{1,16})\.json$/;

/**
 * Results of comparisons on disk, the newest ones of each owner, readable by the user alone: a file each, its figures in the first line. Of
 * values nothing is kept, of keys that differ their names.
 */
export class KeptComparisons {
  private readonly folder: string;
  private readonly mostBytes: number;

  constructor(dataDir: string, mostBytes = MOST_BYTES) {
    this.folder = path.join(dataDir, 'comparisons');
    this.mostBytes = mostBytes;
  }

  /** The newest one first. A file that cannot be read is left out. */
  list(ownerId: string): KeptComparison[] {
    return this.startsOf(ownerId).flatMap((startedAtMs) => {
      const head = headOf(this.fileOf(ownerId, startedAtMs));
      return head ? [head] : [];
    });
  }

  /** undefined where there is none, or it cannot be read any more. */
  read(ownerId: string, startedAtMs: number): ComparisonState | undefined {
    try {
      const [, text = ''] = fs.readFileSync(this.fileOf(ownerId, startedAtMs), 'utf8').split('\n');
      const state = comparisonStateSchema.parse(JSON.parse(text));
      return state.ownerId === ownerId ? state : undefined;
    } catch {
      return undefined;
    }
  }

  /** @returns false for what is too large. @throws when the folder cannot be written */
  add(state: ComparisonState): boolean {
    const { report, startedAtMs, endedAtMs, between } = state;
    if (!report || !between || startedAtMs === null || endedAtMs === null) return false;
    const differences = report.differences.map((difference) => ({ ...difference, source: '', target: '' }));
    const kept: ComparisonState = { ...state, restored: true, report: { ...report, differences } };
    const sum = (of: 'sourceKeys' | 'targetKeys'): number =>
      report.databases.reduce((total, database) => total + database[of], 0);
    const head: KeptComparison = {
      ...{ startedAtMs, endedAtMs, level: report.level, equal: report.equal },
      ...{ differencesTotal: report.differencesTotal, between },
      ...{ sourceKeys: sum('sourceKeys'), targetKeys: sum('targetKeys') },
    };
    const text = `${JSON.stringify(head)}\n${JSON.stringify(kept)}\n`;
    if (Buffer.byteLength(text) > this.mostBytes) return false;
    makeOwnerOnlyFolder(this.folder);
    // What a full disk has cut short never takes the name of a whole one.
    const file = this.fileOf(state.ownerId, startedAtMs);
    fs.writeFileSync(`${file}.new`, text, { mode: OWNER_ONLY_FILE });
    fs.renameSync(`${file}.new`, file);
    for (const old of this.startsOf(state.ownerId).slice(MOST_KEPT_COMPARISONS))
      fs.rmSync(this.fileOf(state.ownerId, old), { force: true });
    return true;
  }

  forget(ownerId: string): void {
    for (const startedAtMs of this.startsOf(ownerId))
      fs.rmSync(this.fileOf(ownerId, startedAtMs), { force: true });
  }

  /** Forgets those of every other owner, and what was being written when the application ended. */
  retain(isKnown: (ownerId: string) => boolean): void {
    for (const name of this.names()) {
      const [, owner] = NAME.exec(name) ?? [];
      if (owner === undefined ? name.endsWith('.new') : !isKnown(owner))
        fs.rmSync(path.join(this.folder, name), { force: true });
    }
  }

  /** Newest first. */
  private startsOf(ownerId: string): number[] {
    return this.names()
      .flatMap((name) => {
        const [, owner, startedAtMs] = NAME.exec(name) ?? [];
        return owner === ownerId ? [Number(startedAtMs)] : [];
      })
      .toSorted((a, b) => b - a);
  }

  private names(): string[] {
    try {
      return fs.readdirSync(this.folder);
    } catch {
      return [];
    }
  }

  private fileOf(ownerId: string, startedAtMs: number): string {
    return path.join(this.folder, `${ownerId}.${startedAtMs}.json`);
  }
}

function headOf(file: string): KeptComparison | undefined {
  try {
    const opened = fs.openSync(file, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      const [line = ''] = head.toString('utf8', 0, fs.readSync(opened, head, 0, HEAD_BYTES, 0)).split('\n');
      return keptComparisonSchema.parse(JSON.parse(line));
    } finally {
      fs.closeSync(opened);
    }
  } catch {
    return undefined;
  }
}
