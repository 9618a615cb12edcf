import { RequestError } from '../../../shared/contract/request-error.ts';
import type { Draft, EndpointForm } from '../../../shared/model/profile.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import {
  productionTouched,
  type ProductionAct,
  type TouchedServer,
} from '../../../shared/servers/production.ts';
import type { Drafts } from '../drafts/drafts.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { Servers } from './servers.ts';

interface Guarded {
  readonly servers: Pick<Servers, 'all'>;
  readonly tasks: Tasks;
  readonly drafts: Drafts;
}

type Touched = Readonly<Partial<Record<'source' | 'target', readonly TouchedServer[]>>>;

/**
 * Lets nothing be done to a production server before its name was typed. It stands in front of what a person asks for; what follows from
 * that by itself, such as the next run after a crash, is not asked about again.
 */
export class ProductionGuard {
  private readonly guarded: Guarded;

  constructor(guarded: Guarded) {
    this.guarded = guarded;
  }

  /** @throws RequestError PRODUCTION_NAME_NEEDED with the names that are missing as its fields; LockstepError NOT_FOUND */
  require(act: ProductionAct, ownerId: string, confirmed: readonly string[] = []): void {
    const { tasks, drafts } = this.guarded;
    this.requireNames(
      act,
      tasks.has(ownerId) ? ofTask(tasks, ownerId) : ofDraft(drafts.get(ownerId)),
      confirmed,
    );
  }

  /** The same of a target that is entered in a task's place. @throws as `require` does */
  requireTarget(act: ProductionAct, target: EndpointForm, confirmed: readonly string[] = []): void {
    this.requireNames(act, { target: [{ address: target }] }, confirmed);
  }

  private requireNames(act: ProductionAct, touched: Touched, confirmed: readonly string[]): void {
    const missing = productionTouched(act, touched, this.guarded.servers.all).filter(
      ({ server }) => !confirmed.includes(server.name),
    );
    if (missing.length === 0) return;
    throw new RequestError(
      'PRODUCTION_NAME_NEEDED',
      missing
        .map(({ server, words }) => `“${server.name}” (${addressOf(server.endpoint)}): ${words}`)
        .join('; '),
      missing.map(({ server }) => ({ path: 'confirmed', message: server.name })),
    );
  }
}

function ofTask(tasks: Tasks, id: string): Touched {
  const { source, target, foundAt } = tasks.get(id).view();
  return {
    source: [{ address: source, foundAt: foundAt.source }],
    target: [{ address: target, foundAt: foundAt.target }],
  };
}

const ofDraft = ({ source, targets }: Draft): Touched => ({
  source: [{ address: source }],
  target: targets.map((address) => ({ address })),
});
