const POLYNOMIAL = 0x95ac9329ac4bc9b5n;

/** The CRC64 of Redis (Jones), bit by bit as the definition has it. */
export function plainCrc64(bytes: Buffer): bigint {
  let crc = 0n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ POLYNOMIAL : crc >> 1n;
  }
  return crc;
}
