import type { Settings } from '../../../shared/contract/api.ts';
import type { ValidParams } from '../api.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import type { SettingsStore } from './settings.ts';

/** Changes settings, and what follows from them. @throws LockstepError STORE_UNWRITABLE */
export function changeSettings(
  changes: ValidParams<'settings.change'>,
  settings: SettingsStore,
  vault: SecretVault,
): Settings {
  const { keepSecretsInFile } = changes;
  // Whatever fails half-way: no passwords are in the file while the setting says that there are none.
  if (keepSecretsInFile === false) vault.setKeepInFile(false);
  const changed = settings.change(changes);
  if (keepSecretsInFile !== true) return changed;
  try {
    vault.setKeepInFile(true);
  } catch (error) {
    settings.change({ keepSecretsInFile: false });
    throw error;
  }
  return changed;
}
