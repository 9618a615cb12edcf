import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { SourceFeedOptions } from './source-feed-options.ts';
import type { StreamPosition } from './stream-position.ts';

/** Whether what was begun is still to be gone on with. */
type Wanted = () => boolean;

const ALWAYS: Wanted = () => true;

export interface SourceFinderOptions extends Pick<SourceFeedOptions, 'locate' | 'rejoin' | 'ofReplica'> {
  /** It could not be found. */
  readonly onFault: (error: LockstepError) => void;
  /** The target had to step back before it can go on with this server, and begins anew from there. */
  readonly onSteppedBack: (to: StreamPosition | undefined) => void;
}

/** Finds where the source is, and has the target agree to another server than the one before. */
export class SourceFinder {
  private readonly options: SourceFinderOptions;
  /** `host:port` of the server that the target has agreed to, or was linked to. */
  linkedTo = '';

  constructor(options: SourceFinderOptions) {
    this.options = options;
  }

  /** Where the source is, and, where that is another server than before, where to go on; undefined where nothing more is to be done. */
  async find(
    from: StreamPosition | undefined,
    wanted: Wanted,
    needed: Wanted = ALWAYS,
  ): Promise<Endpoint | undefined> {
    const { locate, onFault } = this.options;
    let endpoint: Endpoint;
    try {
      endpoint = await locate(from);
    } catch (error) {
      if (wanted() && needed()) onFault(asLockstepError(error));
      return undefined;
    }
    if (!wanted() || !needed() || !(await this.agrees(describeEndpoint(endpoint), from, wanted)))
      return undefined;
    return wanted() && needed() ? endpoint : undefined;
  }

  /** @returns false where the target had to step back before it can go on with this server, and begins anew from there */
  async agrees(server: string, from: StreamPosition | undefined, wanted: Wanted): Promise<boolean> {
    const { rejoin, ofReplica, onSteppedBack } = this.options;
    const moved = this.linkedTo !== '' && (this.linkedTo !== server || ofReplica);
    const to = from && moved ? await rejoin(from) : from;
    if (!wanted()) return false;
    this.linkedTo = server;
    if (to === from) return true;
    onSteppedBack(to);
    return false;
  }
}
