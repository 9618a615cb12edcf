/** What may stand in front of, or in place of, a type. Source: Redis rdb.h. */
export const OPCODE = {
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
export const FIRST_OPCODE = OPCODE.SLOT_INFO;
