import { broken } from './fault.ts';
import { NameSet } from './name-set.ts';

/** What a packed block holds: elements of `step` items each, the first of which is the name. */
export interface PackedShape {
  readonly step: 1 | 2 | 3;
  /** No name comes twice. */
  readonly unique: boolean;
  /** The second item is a score. */
  readonly scored: boolean;
}

const names = new NameSet();

/** Takes the items of one block in turn, without what they are packed in. One at a time is under way. */
export class ShapeCheck {
  private shape!: PackedShape;
  private turn = 0;

  begin(shape: PackedShape): void {
    this.shape = shape;
    this.turn = 0;
    if (shape.unique) names.begin();
  }

  /** An item as it is encoded, in buf[from, to), its text from `text` on if it is one. @throws RDB_BROKEN */
  item(buf: Buffer, from: number, text: number, to: number): void {
    const { step, unique, scored } = this.shape;
    if (this.turn === 0) {
      if (unique && !names.add(buf, from, to)) throw broken('a name is there twice');
    } else if (scored && text > 0 && isNan(buf, text, to)) throw broken('a score is not a number');
    this.turn = this.turn + 1 === step ? 0 : this.turn + 1;
  }

  /** @throws RDB_BROKEN */
  end(): void {
    if (this.turn !== 0) throw broken('a packed block ends in the middle of an element');
  }
}

/** Whether C's strtod makes NaN of it. */
function isNan(buf: Buffer, from: number, to: number): boolean {
  const first = buf[from]!;
  const letter = from < to && (first === 43 || first === 45) ? from + 1 : from;
  return letter < to && (buf[letter]! | 0x20) === 110;
}
