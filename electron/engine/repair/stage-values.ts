import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import {
  valueCommands,
  type ValueCommands,
  type ValueCommandsOptions,
} from '../writer/copy/value-commands.ts';
import { NewCopyNeeded } from './give-up.ts';
import type { SourceValue } from './source-values.ts';

/** The commands of one stage. @throws NewCopyNeeded for a value that the target cannot take */
export function stageValues(values: readonly SourceValue[], options: ValueCommandsOptions): ValueCommands {
  try {
    return valueCommands(values, options);
  } catch (error) {
    if (error instanceof LockstepError && /UNSUPPORTED|BROKEN/.test(error.code))
      throw new NewCopyNeeded(`one of them cannot be carried by itself (${error.message})`);
    throw error;
  }
}
