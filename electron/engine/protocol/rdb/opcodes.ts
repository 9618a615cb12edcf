/** What may stand in front of, or in place of, a type. Source: Redis rdb.h, Valkey rdb.h. */
export const OPCODE = {
  /** Of Valkey 9; Redis 8.6 means something else by it. */
  SLOT_IMPORT: 243,
  SLOT_INFO: 244,
  FUNCTION_2: 245,
  FUNCTION_PRE_GA: 246,
  MODULE_AUX: 247,
  IDLE: 248,
  FREQ: 249,
  AUX: 250,
  RESIZE_DB: 251,
  EXPIRE_TIME_MS: 252,
  EXPIRE_TIME: 253,
  SELECT_DB: 254,
  EOF: 255,
} as const;

/** The lowest byte that is an opcode; below are types. */
export const FIRST_OPCODE = OPCODE.SLOT_IMPORT;
