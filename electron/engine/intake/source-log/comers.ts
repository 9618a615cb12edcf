/** Somebody who is about to read a log, as far as it is known which. */
export interface Comer {
  /** See serverKey, of the source as it was given. */
  readonly family: string;
  /** Of the server that it is about to follow; undefined before that is known. */
  key: string | undefined;
  coming: boolean;
}

/** Who is about to come, so that a snapshot is kept for them from its first byte on. */
export class Comers {
  private readonly all = new Set<Comer>();
  private readonly onChange: () => void;

  constructor(onChange: () => void) {
    this.onChange = onChange;
  }

  expect(family: string): Comer {
    const comer: Comer = { family, key: undefined, coming: true };
    this.all.add(comer);
    return comer;
  }

  /** It has come, or has found that it comes not, or later. */
  set(comer: Comer, coming: boolean): void {
    if (comer.coming === coming) return;
    comer.coming = coming;
    if (!coming) this.onChange();
  }

  /** It never comes any more. */
  end(comer: Comer): void {
    this.all.delete(comer);
    this.set(comer, false);
  }

  /** Whether anybody may still come to the log of this server. */
  any(family: string, key: string): boolean {
    for (const comer of this.all)
      if (comer.coming && comer.family === family && (comer.key ?? key) === key) return true;
    return false;
  }
}
