import type { FieldFault } from '../contract/frames.ts';
import { formatBytes, formatCount } from '../format/numbers.ts';
import { addressMapProblem } from './address-map.ts';
import { databaseMapProblem, effectiveMap } from './database-map.ts';
import { LEAST_SMALL_MS, MOST_SMALL_MS } from './lateness.ts';
import {
  LONGEST_NAME,
  MIN_SPOOL_BYTES,
  taskSettingsSchema,
  type Draft,
  type EndpointForm,
} from './profile.ts';
import { bySentinels, primaryNameProblem, sameAddress, sentinelsProblem, usesTls } from './server-address.ts';

/** What keeps a draft from becoming tasks, or from being compared or rehearsed with; the path is the field's within the draft, such as `targets.0.host`. */
export interface DraftProblem extends FieldFault {
  /** The step of the set-up on which the field stands, from 0. */
  readonly step: number;
}

const STEP = { servers: 0, data: 1, task: 2 } as const;
const LONGEST_RETRY_MINUTES = 14_400;

/** All fields that are missing or do not fit, in the order of the steps, each with a sentence for whoever fills them in. */
export function draftProblems(draft: Draft): DraftProblem[] {
  const toKnowServers = [...serverProblems(draft), ...dataProblems(draft)];
  return draft.purpose !== 'synchronise' ? toKnowServers : [...toKnowServers, ...taskProblems(draft)];
}

/** Only what one server's form says of itself. `side` names it in the sentences. */
export function endpointProblems(
  endpoint: EndpointForm,
  side: 'source' | 'target' | 'server',
  path: string,
): DraftProblem[] {
  const problem = (field: string, message: string): DraftProblem => ({
    path: `${path}.${field}`,
    message,
    step: STEP.servers,
  });
  const problems: DraftProblem[] = [];
  const found = bySentinels(endpoint)
    ? { sentinels: sentinelsProblem(endpoint), primaryName: primaryNameProblem(endpoint) }
    : {
        host: hostProblem(endpoint.host, side),
        port: portProblem(endpoint.port),
        addressMap: addressMapProblem(endpoint.addressMap),
      };
  for (const [field, message] of Object.entries(found))
    if (message !== undefined) problems.push(problem(field, message));
  return usesTls(endpoint) ? [...problems, ...tlsProblems(endpoint, problem)] : problems;
}

function hostProblem(host: string, side: string): string | undefined {
  if (host.trim() === '') return `Enter the host name or the address of the ${side}.`;
  if (host.includes('://') || host.includes('@') || host.includes('/'))
    return 'Enter the host alone; port, user and password have fields of their own.';
  if (/\s/.test(host.trim())) return 'A host name has no spaces.';
  return undefined;
}

const portProblem = (port: number | null): string | undefined =>
  port === null || !Number.isInteger(port) || port < 1 || port > 65_535
    ? 'A port is from 1 to 65535.'
    : undefined;

function tlsProblems(
  { ca, certificate, hasKey }: EndpointForm,
  problem: (field: string, message: string) => DraftProblem,
): DraftProblem[] {
  const problems: DraftProblem[] = [];
  const notPem = 'This is not a certificate in PEM form: it begins with -----BEGIN CERTIFICATE-----.';
  if (ca !== '' && !isCertificate(ca)) problems.push(problem('ca', notPem));
  if (certificate !== '' && !isCertificate(certificate)) problems.push(problem('certificate', notPem));
  if (certificate !== '' && !hasKey)
    problems.push(problem('key', 'Add the private key that belongs to the client certificate.'));
  if (certificate === '' && hasKey)
    problems.push(problem('certificate', 'Add the client certificate that belongs to the private key.'));
  return problems;
}

const isCertificate = (pem: string): boolean => /-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(pem);

function serverProblems(draft: Draft): DraftProblem[] {
  const problems = endpointProblems(draft.source, 'source', 'source');
  const seen: [EndpointForm, string][] = [[draft.source, 'the source']];
  draft.targets.forEach((target, index) => {
    const path = `targets.${index}`;
    problems.push(...endpointProblems(target, 'target', path));
    // One database may well be compared with another one of the same server.
    const same = isRenumbered(draft) ? undefined : seen.find(([one]) => sameAddress(target, one));
    if (same) {
      problems.push({
        path: `${path}.${bySentinels(target) ? 'primaryName' : 'host'}`,
        message: `This is the same server as ${same[1]}.`,
        step: STEP.servers,
      });
    } else seen.push([target, `target ${index + 1}`]);
  });
  return problems;
}

const isRenumbered = (draft: Draft): boolean => draft.purpose === 'compare' && effectiveMap(draft).length > 0;

function dataProblems(draft: Draft): DraftProblem[] {
  const { databases } = draft;
  const message = databaseMapProblem(databases, effectiveMap(draft));
  if (message !== undefined) return [{ path: 'databaseMap', message, step: STEP.data }];
  if (databases === null || databases.length > 0) return [];
  return [{ path: 'databases', message: 'Choose at least one database, or take all.', step: STEP.data }];
}

function taskProblems(draft: Draft): DraftProblem[] {
  const problems: DraftProblem[] = [];
  const add = (path: string, message: string): void => void problems.push({ path, message, step: STEP.task });
  const name = draft.name.trim();
  if (name === '') add('name', 'Give the task a name.');
  if (name.length > LONGEST_NAME) add('name', `A name has at most ${LONGEST_NAME} characters.`);
  const fits = (field: keyof typeof taskSettingsSchema.shape): boolean =>
    taskSettingsSchema.shape[field].safeParse(draft[field]).success;
  if (!fits('retryForMinutes'))
    add('retryForMinutes', `Enter whole minutes, from 1 to ${formatCount(LONGEST_RETRY_MINUTES)} (10 days).`);
  if (!fits('expirySlackSeconds'))
    add(
      'expirySlackSeconds',
      `Enter whole seconds, from ${LEAST_SMALL_MS / 1000} to ${formatCount(MOST_SMALL_MS / 1000)} (an hour).`,
    );
  if (!fits('maxCommandsPerSecond'))
    add('maxCommandsPerSecond', 'Enter a whole number of commands a second; 0 is without limit.');
  if (!fits('maxBytesPerSecond'))
    add('maxBytesPerSecond', 'Enter a whole number of bytes a second; 0 is without limit.');
  if (!fits('spoolMaxBytes'))
    add(
      'spoolMaxBytes',
      `The buffer needs at least ${formatBytes(MIN_SPOOL_BYTES)}, and takes at most 1 PB.`,
    );
  return problems;
}
