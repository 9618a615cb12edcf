import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { Phase } from '../../../shared/model/metrics.ts';

/** What a session tells while it runs. */
export interface TaskEvents {
  phase(phase: Phase): void;
  info(text: string): void;
  warning(text: string, code?: ErrorCode): void;
}
