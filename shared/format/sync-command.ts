import { describeRule, storedRules } from '../model/address-map.ts';
import { effectiveMap, intoDatabase } from '../model/database-map.ts';
import {
  DEFAULT_RETRY_MINUTES,
  DEFAULT_SLACK_SECONDS,
  DEFAULT_SPOOL_BYTES,
  type EndpointView,
  type TaskProfile,
} from '../model/profile.ts';
import { bySentinels, usesTls } from '../model/server-address.ts';
import { quoted } from './redis-cli.ts';
import { placeOf } from './server-place.ts';
import { serverUrl } from './server-url.ts';

type Side = 'source' | 'target';
const SIDES: readonly Side[] = ['source', 'target'];

export type CommandedTask = Omit<
  TaskProfile,
  'ignoredWarnings' | 'createdAtMs' | 'wanted' | 'group' | 'label'
>;

export interface SyncCommand {
  /** For a shell, an option a line: does what the task does, from its checkpoint on. */
  readonly command: string;
  /** What has to be in the environment, none of which is ever written with the command. */
  readonly variables: readonly SecretVariable[];
  /** What of the task's set-up the command line has no option for: whole sentences. */
  readonly notes: readonly string[];
}

export interface SecretVariable {
  readonly name: string;
  /** `password of the source` */
  readonly what: string;
}

/** A task as a command line. Secrets are asked for by a shell or stand in its environment, never in the command. */
export function syncCommand(task: CommandedTask): SyncCommand {
  const options = [
    ...SIDES.flatMap((side) => sideOptions(side, task[side])),
    ...['--task', task.id, ...choiceOptions(task), ...limitOptions(task)],
  ].map(quoted);
  return {
    command: options.reduce(
      (line, word) => `${line}${word.startsWith('--') ? ' \\\n  ' : ' '}${word}`,
      'lockstep sync',
    ),
    variables: SIDES.flatMap((side) => variablesOf(side, task[side])),
    notes: SIDES.flatMap((side) => notesOf(side, task[side])),
  };
}

/** All of it for a shell: each secret is typed there, unseen, before the command. */
export const syncScript = ({ command, variables }: SyncCommand): string =>
  [
    ...variables.map(({ name, what }) => `printf 'The ${what}: '; read -rs ${name}; echo; export ${name}`),
    command,
  ].join('\n');

function sideOptions(side: Side, view: EndpointView): string[] {
  const place = placeOf(view);
  const rules = storedRules(view.addressMap).map(describeRule);
  return [
    ...[`--${side}`, serverUrl(place)],
    ...(place.sentinel?.user ? [`--${side}-sentinel-user`, place.sentinel.user] : []),
    ...(rules.length > 0 ? [`--${side}-address-map`, rules.join(',')] : []),
  ];
}

/** What is chosen otherwise than the command line does by itself. */
function choiceOptions(task: CommandedTask): string[] {
  const map = effectiveMap(task);
  const databases = task.databases?.map((db) => {
    const into = intoDatabase(db, map);
    return into === db ? String(db) : `${db}:${into}`;
  });
  return [
    ...(databases ? ['--db', databases.join(',')] : []),
    ...(task.existing === 'overwrite' ? ['--existing', 'overwrite'] : []),
    ...(task.onFlush === 'apply' ? ['--on-flush', 'apply'] : []),
    ...(task.functions === 'skip' ? ['--functions', 'skip'] : []),
    ...(task.importMode === 'use' ? ['--import-mode', 'use'] : []),
    ...(task.readFrom === 'replicas' ? ['--source-read-from', 'replicas'] : []),
    ...(task.fullOnly ? ['--full-only'] : []),
  ];
}

function limitOptions(task: CommandedTask): string[] {
  return [
    ...(task.retryForMinutes === DEFAULT_RETRY_MINUTES ? [] : ['--retry-for', `${task.retryForMinutes}m`]),
    ...(task.expirySlackSeconds === DEFAULT_SLACK_SECONDS
      ? []
      : ['--expiry-slack', `${task.expirySlackSeconds}s`]),
    ...(task.spoolDir === '' ? [] : ['--buffer-dir', task.spoolDir]),
    ...(task.spoolMaxBytes === DEFAULT_SPOOL_BYTES ? [] : ['--buffer-max', String(task.spoolMaxBytes)]),
    ...(task.maxCommandsPerSecond === 0
      ? []
      : ['--max-commands-per-second', String(task.maxCommandsPerSecond)]),
    ...(task.maxBytesPerSecond === 0 ? [] : ['--max-bytes-per-second', String(task.maxBytesPerSecond)]),
  ];
}

function variablesOf(side: Side, view: EndpointView): SecretVariable[] {
  const name = `LOCKSTEP_${side.toUpperCase()}`;
  return [
    ...(view.hasPassword ? [{ name: `${name}_PASSWORD`, what: `password of the ${side}` }] : []),
    ...(bySentinels(view) && view.hasSentinelPassword
      ? [{ name: `${name}_SENTINEL_PASSWORD`, what: `password of the Sentinels of the ${side}` }]
      : []),
  ];
}

function notesOf(side: Side, view: EndpointView): string[] {
  if (!usesTls(view)) return [];
  const lacking = [
    ...(view.certificate === '' ? [] : ['a client certificate']),
    ...(view.serverName === '' ? [] : ['another name in the certificate of the server']),
    ...(view.verify ? [] : ['a certificate that is not looked at']),
  ];
  return [
    ...(view.ca === ''
      ? []
      : [
          `The ${side} has an authority of its own: save its certificate as a file, and name that in NODE_EXTRA_CA_CERTS.`,
        ]),
    ...(lacking.length === 0
      ? []
      : [`The command line has no option for ${lacking.join(', ')}, which this task has for the ${side}.`]),
    ...(bySentinels(view) && view.tls !== view.sentinelTls
      ? [
          `Of the ${side} TLS holds for servers and Sentinels alike on the command line, here for one of the two.`,
        ]
      : []),
  ];
}
