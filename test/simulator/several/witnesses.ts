import type { Keyspace } from '../keyspace.ts';
import { checkpointOf } from '../compare.ts';
import type { SourceModel } from '../source-model.ts';
import type { TargetModel } from '../target-model.ts';

/** What a witness was given, and where the stream ends that brings it. */
interface Token {
  readonly db: number;
  readonly token: string;
  readonly offset: number;
}

/** What came of the source under one replication id. */
interface Past {
  readonly tokens: Token[];
  /** Nothing of it lies behind this; undefined while it goes on. */
  endOffset: number | undefined;
}

const WITNESS = 'witness';

const itemsOf = (keyspace: Keyspace, db: number): readonly string[] => {
  const value = keyspace.databases.get(db)?.get(WITNESS)?.value;
  return value?.kind === 'list' ? value.items : [];
};

/** What the source has written under each of its names, so that at any moment a target can be held against the place that it names. */
export class Witnesses {
  private readonly source: SourceModel;
  private readonly pasts = new Map<string, Past>();

  constructor(source: SourceModel) {
    this.source = source;
    this.pasts.set(source.replid, { tokens: [], endOffset: undefined });
    source.onStep = (db, commands) => {
      const { tokens } = this.present;
      for (const [name, key, ...items] of commands)
        if (key === WITNESS && name === 'RPUSH')
          for (const token of items) tokens.push({ db, token, offset: source.offset });
    };
  }

  /** The source goes on under another name: to be called around what brings that about. */
  parted(change: () => void): void {
    const before = this.present;
    const { source } = this;
    const { replid, offset } = source;
    change();
    if (source.replid === replid) return;
    before.endOffset = offset;
    const tokens =
      source.earlierReplid === replid
        ? before.tokens.filter((token) => token.offset <= source.offset)
        : [...source.keyspace.databases.keys()].flatMap((db) =>
            itemsOf(source.keyspace, db).map((token) => ({ db, token, offset: source.offset })),
          );
    this.pasts.set(source.replid, { tokens, endOffset: undefined });
  }

  /** What a target has that is not what it says that it has. */
  wrongOn(target: TargetModel, task: string): string | undefined {
    const checkpoint = checkpointOf(target, task);
    if (checkpoint?.get('state') !== 'streaming' || checkpoint.get('fault') !== '') return undefined;
    const [replid = '', offset, verified] = ['replid', 'offset', 'verified'].map((one) =>
      checkpoint.get(one),
    );
    const past = this.pasts.get(replid);
    if (!past) return `${task} follows ${replid}, which the source never was`;
    const endOffset = past.endOffset ?? this.source.offset;
    if (Number(offset) > endOffset)
      return `${task} stands at ${offset} of ${replid}, which ends at ${endOffset}`;
    for (const db of new Set(past.tokens.map((token) => token.db))) {
      const tokens = past.tokens.filter((token) => token.db === db);
      const items = itemsOf(target.keyspace, db);
      const least = tokens.filter((token) => token.offset <= Number(verified)).length;
      const at = items.findIndex((item, i) => item !== tokens[i]?.token);
      if (at >= 0)
        return `${task} has ${items[at]} in its witness of database ${db} where ${replid} has ${tokens[at]?.token ?? 'nothing'}`;
      if (items.length < least)
        return `${task} has ${items.length} in its witness of database ${db}, and vouches for ${least}`;
    }
    return undefined;
  }

  private get present(): Past {
    return this.pasts.get(this.source.replid)!;
  }
}
