import type { Clock } from './clock.ts';
import type { Net } from './net.ts';

/**
 * What an engine gets of the machine around it. It is handed down from the process's beginning to whoever waits or connects, always
 * as the first argument or as `world` (or `clock`, where no socket is opened) of the options: so another one can be put in its
 * place, in which time is a number and a server is an object.
 */
export interface World {
  readonly clock: Clock;
  readonly net: Net;
}
