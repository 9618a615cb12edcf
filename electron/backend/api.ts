import type { AppEvent, RequestName, REQUESTS, RequestResult } from '../../shared/contract/api.ts';
import type { z } from 'zod';

/** Parameters as they are after validation. */
export type ValidParams<N extends RequestName> = z.output<(typeof REQUESTS)[N]['params']>;

/** What the application offers to a page, whichever transport lies between. */
export interface Api {
  /** Answers one request whose parameters have been validated. @throws LockstepError */
  request<N extends RequestName>(name: N, params: ValidParams<N>): Promise<RequestResult<N>>;
  /** Calls the listener with all that happens from now on. @returns a function that ends that */
  onEvent(listener: (event: AppEvent) => void): () => void;
}
