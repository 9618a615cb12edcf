/** Values of modules: opaque, but framed so that they can be skipped. Source: Redis rdb.c: rdbLoadCheckModuleValue. */
import { broken } from './fault.ts';
import { Length, skipString } from './length.ts';

const MODULE_OPCODE = { EOF: 0, SINT: 1, UINT: 2, FLOAT: 3, DOUBLE: 4, STRING: 5 } as const;

const NAME_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const NAME_LENGTH = 9;

export interface ModuleType {
  /** Nine characters. */
  readonly name: string;
  readonly version: number;
}

/** Decodes a module type's 64-bit id: nine characters of six bits from the top, then ten bits of version. */
export function moduleTypeOf(high: number, low: number): ModuleType {
  let rest = (BigInt(high) << 32n) | BigInt(low);
  const version = Number(rest & 1023n);
  rest >>= 10n;
  let name = '';
  for (let i = 0; i < NAME_LENGTH; i++) {
    name = NAME_ALPHABET.charAt(Number(rest & 63n)) + name;
    rest >>= 6n;
  }
  return { name, version };
}

/** The module type of a MODULE_2 body in buf[bodyFrom, bodyTo). @throws RDB_BROKEN if the body holds no id */
export function moduleNameOf(buf: Buffer, bodyFrom: number, bodyTo: number): string {
  const id = new Length();
  if (id.readAny(buf, bodyFrom, bodyTo) > bodyTo) throw broken('a module value without an id');
  return moduleTypeOf(id.high, id.low).name;
}

/** An item longer than this has told its length before its bytes end, so that `end` is its true end. */
const LONGEST_HEADER = 64;

const number = new Length();

/** The end of one item (an opcode and what it announces); beyond `limit` if the bytes end first. */
function skipItem(buf: Buffer, pos: number, limit: number): number {
  const operand = number.read(buf, pos, limit);
  if (operand > limit) return operand;
  switch (number.value) {
    case MODULE_OPCODE.EOF:
      return operand;
    case MODULE_OPCODE.SINT:
    case MODULE_OPCODE.UINT:
      return number.readAny(buf, operand, limit);
    case MODULE_OPCODE.FLOAT:
      return operand + 4;
    case MODULE_OPCODE.DOUBLE:
      return operand + 8;
    case MODULE_OPCODE.STRING:
      return skipString(buf, operand, limit);
    default:
      throw broken(`unknown module opcode ${number.value}`);
  }
}

/** The end of a body: an id, then items up to the one that says EOF. Beyond `limit` if the bytes end first. */
export function skipModuleValue(buf: Buffer, from: number, limit: number): number {
  let pos = number.readAny(buf, from, limit);
  while (pos < limit) {
    const last = buf[pos] === MODULE_OPCODE.EOF;
    pos = skipItem(buf, pos, limit);
    if (last || pos > limit) return pos;
  }
  return limit + 1;
}

/** Finds the end of a body of any size that arrives in portions, holding nothing. */
export class ModuleScan {
  done = false;
  /** Name of the module type, once the id has been read. */
  name = '';
  #afterId = false;
  #toSkip = 0;

  begin(): void {
    this.done = false;
    this.name = '';
    this.#afterId = false;
    this.#toSkip = 0;
  }

  /** @returns the position up to which the body has been recognised */
  run(buf: Buffer, from: number, limit: number): number {
    let pos = from;
    while (!this.done && pos < limit) {
      if (this.#toSkip > 0) {
        const step = Math.min(this.#toSkip, limit - pos);
        this.#toSkip -= step;
        pos += step;
      } else if (!this.#afterId) {
        const end = number.readAny(buf, pos, limit);
        if (end > limit) break;
        this.name = moduleTypeOf(number.high, number.low).name;
        this.#afterId = true;
        pos = end;
      } else {
        const last = buf[pos] === MODULE_OPCODE.EOF;
        const end = skipItem(buf, pos, limit);
        if (end <= limit) {
          this.done = last;
          pos = end;
        } else if (end - pos > LONGEST_HEADER) {
          this.#toSkip = end - limit;
          pos = limit;
        } else {
          break;
        }
      }
    }
    return pos;
  }
}
