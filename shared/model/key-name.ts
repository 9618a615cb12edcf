import { z } from 'zod';

/** Names that are longer are told of, and not asked about one by one. */
export const MOST_NAME_BYTES = 16 * 1024;

/** The bytes of a key's name in base64, which says all of them, text or not. */
export const keyNameSchema = z.base64().max(Math.ceil(MOST_NAME_BYTES / 3) * 4);
