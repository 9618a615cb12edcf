import type { TaskProfile, TaskSettings } from '../../../shared/model/profile.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { hasItsSecrets, openableEndpoint } from '../secrets/open-endpoint.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';

const MINUTE_MS = 60_000;

type Settings = Omit<TaskSpec, 'task' | 'source' | 'target'>;

/** What an engine is told of a task's settings. */
export const engineSettings = (settings: TaskSettings, defaultSpoolDir: string): Settings => ({
  databases: settings.databases ?? undefined,
  databaseMap: settings.databaseMap,
  existing: settings.existing,
  onFlush: settings.onFlush,
  functions: settings.functions,
  asks: true,
  until: 'stopped',
  fullOnly: settings.fullOnly,
  retryForMs: settings.retryForMinutes * MINUTE_MS,
  expiryLateMs: settings.expirySlackSeconds * 1000,
  importMode: settings.importMode,
  readFrom: settings.readFrom,
  spoolDir: settings.spoolDir.trim() === '' ? defaultSpoolDir : settings.spoolDir.trim(),
  spoolMaxBytes: settings.spoolMaxBytes,
  maxCommandsPerSecond: settings.maxCommandsPerSecond,
  maxBytesPerSecond: settings.maxBytesPerSecond,
});

/** A task as an engine runs it, under its id, with its secrets. @throws LockstepError SECRET_NEEDED */
export const taskSpecOf = (
  profile: TaskProfile,
  vault: Pick<SecretVault, 'get'>,
  defaultSpoolDir: string,
): TaskSpec => ({
  task: profile.id,
  source: openableEndpoint(profile.source, vault.get(profile.id, 'source', profile.source)),
  target: openableEndpoint(profile.target, vault.get(profile.id, 'target', profile.target)),
  ...engineSettings(profile, defaultSpoolDir),
});

/** The servers whose secrets have to be given before the task can start. */
export const missingSecretsOf = (profile: TaskProfile, vault: SecretVault): ('source' | 'target')[] =>
  (['source', 'target'] as const).filter(
    (side) => !hasItsSecrets(profile[side], vault.get(profile.id, side, profile[side])),
  );
