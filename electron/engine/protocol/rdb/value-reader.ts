/** Reads the body of one value as elements, whole or in portions. */
import { nameOf, unsupported, type Owner } from './fault.ts';
import type { ElementEvents } from './events.ts';
import type { BodyReader } from './body-reader.ts';
import { HashReader } from './read-hash.ts';
import { TimedHashReader } from './read-timed-hash.ts';
import { ListReader } from './read-list.ts';
import { PackedReader } from './read-packed.ts';
import { QuicklistReader } from './read-quicklist.ts';
import { ScoredReader } from './read-scored.ts';
import { StreamReader } from './read-stream.ts';
import { StringReader } from './read-string.ts';
import { RDB_TYPE, type RdbType } from './types.ts';

export class ValueReader implements BodyReader {
  readonly #string = new StringReader();
  readonly #list = new ListReader();
  readonly #scored = new ScoredReader();
  readonly #hash = new HashReader();
  readonly #timedHash = new TimedHashReader();
  readonly #packed = new PackedReader();
  readonly #quicklist = new QuicklistReader();
  readonly #stream = new StreamReader();
  #reader: BodyReader = this.#string;

  get done(): boolean {
    return this.#reader.done;
  }

  begin(type: RdbType, owner: Owner, events: ElementEvents): void {
    this.#reader = this.#readerOf(type, owner);
    this.#reader.begin(type, owner, events);
  }

  run(buf: Buffer, from: number, limit: number): number {
    return this.#reader.run(buf, from, limit);
  }

  #readerOf(type: RdbType, owner: Owner): BodyReader {
    switch (type) {
      case RDB_TYPE.STRING:
        return this.#string;
      case RDB_TYPE.LIST:
      case RDB_TYPE.SET:
        return this.#list;
      case RDB_TYPE.ZSET:
      case RDB_TYPE.ZSET_2:
        return this.#scored;
      case RDB_TYPE.HASH:
      case RDB_TYPE.HASH_METADATA:
      case RDB_TYPE.HASH_METADATA_PRE_GA:
        return this.#hash;
      case RDB_TYPE.VALKEY_HASH_2:
        return this.#timedHash;
      case RDB_TYPE.LIST_QUICKLIST:
      case RDB_TYPE.LIST_QUICKLIST_2:
        return this.#quicklist;
      case RDB_TYPE.STREAM_LISTPACKS:
      case RDB_TYPE.STREAM_LISTPACKS_2:
      case RDB_TYPE.STREAM_LISTPACKS_3:
        return this.#stream;
      case RDB_TYPE.MODULE_2:
      case RDB_TYPE.MODULE_PRE_GA:
        throw unsupported(
          `${nameOf(owner)} is a value of a module, which only the module itself can take apart`,
        );
      default:
        return this.#packed;
    }
  }
}
