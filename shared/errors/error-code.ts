import { z } from 'zod';
import { ERROR_CATALOGUE, type ErrorCode } from './catalogue.ts';

/** A code of the catalogue, as it comes over a boundary. */
export const errorCodeSchema = z.custom<ErrorCode>(
  (value) => typeof value === 'string' && Object.hasOwn(ERROR_CATALOGUE, value),
);
