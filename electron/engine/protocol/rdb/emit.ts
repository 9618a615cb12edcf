/** Elements that are had whole, told at once or, beyond ELEMENT_BOUND, in parts. */
import { ELEMENT_BOUND } from './bounds.ts';
import { NO_EXPIRY, type ElementEvents } from './events.ts';
import type { Piece } from './piece.ts';

export function emitElement(events: ElementEvents, item: Piece): void {
  const length = item.to - item.from;
  if (length <= ELEMENT_BOUND) {
    events.element(item.buf, item.from, item.to);
    return;
  }
  events.largeElement('element', length, NO_EXPIRY);
  emitParts(events, item);
}

export function emitScored(events: ElementEvents, member: Piece, score: string): void {
  const length = member.to - member.from;
  if (length <= ELEMENT_BOUND) {
    events.scored(member.buf, member.from, member.to, score);
    return;
  }
  events.largeElement('member', length, NO_EXPIRY);
  emitParts(events, member);
  events.score(score);
}

export function emitField(events: ElementEvents, name: Piece, value: Piece, expireAtMs: number): void {
  const nameLength = name.to - name.from;
  const valueLength = value.to - value.from;
  if (nameLength + valueLength <= ELEMENT_BOUND) {
    events.field(name.buf, name.from, name.to, value.buf, value.from, value.to, expireAtMs);
    return;
  }
  events.largeElement('field-name', nameLength, expireAtMs);
  emitParts(events, name);
  events.largeElement('field-value', valueLength, expireAtMs);
  emitParts(events, value);
}

function emitParts(events: ElementEvents, item: Piece): void {
  for (let pos = item.from; pos < item.to; pos += ELEMENT_BOUND) {
    events.part(item.buf, pos, Math.min(item.to, pos + ELEMENT_BOUND));
  }
}
