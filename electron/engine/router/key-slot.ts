/** How many slots the keys of a cluster are divided into. */
export const SLOTS = 16_384;

const OPENING = 0x7b;
const CLOSING = 0x7d;

/** CRC16 as XMODEM has it: polynomial 0x1021, from 0, most significant bit first. Source: Redis crc16.c. */
const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});

/**
 * The slot of the key that stands in `bytes` from `from` to before `to`: that of its hash tag, which is what stands between the first `{`
 * and the first `}` behind it, or of the whole name where there is none or it is empty. Source: Redis cluster.c: keyHashSlot.
 */
export function keySlot(bytes: Uint8Array, from = 0, to = bytes.length): number {
  for (let open = from; open < to; open++) {
    if (bytes[open] !== OPENING) continue;
    for (let close = open + 1; close < to; close++) {
      if (bytes[close] !== CLOSING) continue;
      return close === open + 1 ? slotOfWhole(bytes, from, to) : slotOfWhole(bytes, open + 1, close);
    }
    break;
  }
  return slotOfWhole(bytes, from, to);
}

function slotOfWhole(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >> 8) ^ bytes[at]!]!;
  return crc & (SLOTS - 1);
}
