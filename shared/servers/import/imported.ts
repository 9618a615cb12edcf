import { addressOf } from '../../model/server-address.ts';
import { viewOf } from '../../model/endpoint-view.ts';
import { emptyEndpoint, LONGEST_NAME, type EndpointForm } from '../../model/profile.ts';
import { SECRET_FLAG, SECRETS } from '../../model/server-secrets.ts';
import { MOST_SERVERS, SERVER_ENDPOINT, type NewServer } from '../saved-server.ts';
import { serverProblems } from '../server-problems.ts';

/** A server as a file has it. */
export interface ReadServer extends NewServer {
  /** What of it could not be taken. */
  readonly without: readonly string[];
}

/** An entry that was not taken: `entry 3 (orders)`, and a sentence. */
export interface Refusal {
  readonly what: string;
  readonly why: string;
}

export interface ReadServers {
  readonly servers: readonly ReadServer[];
  readonly refused: readonly Refusal[];
}

/** What a reader makes of one entry: fields of a form, over those of an empty one. */
export interface Found {
  readonly name: string;
  readonly group?: string;
  readonly mark?: Pick<NewServer, 'colour' | 'production'>;
  readonly endpoint: Partial<EndpointForm>;
  readonly secrets: NewServer['secrets'];
  readonly without: readonly string[];
}

export const asText = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** A port as a number or as digits; null for anything else, which is refused. */
export const asPort = (value: unknown): number | null => {
  const text = asText(value).trim();
  return /^\d{1,5}$/.test(text) ? Number(text) : null;
};

/** Only the secrets that are there. */
export const given = (secrets: Readonly<Record<keyof NewServer['secrets'], string>>): NewServer['secrets'] =>
  Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''));

/** Goes through the entries of a file; one that cannot be used does not cost the others. */
export function readEach(
  entries: readonly unknown[],
  read: (entry: unknown, index: number) => Found | string,
): ReadServers {
  const servers: ReadServer[] = [];
  const refused: Refusal[] = [];
  entries.forEach((entry, index) => {
    const what = `entry ${index + 1}`;
    if (index >= MOST_SERVERS) {
      if (index === MOST_SERVERS)
        refused.push({ what: `${what} and after`, why: `More than ${MOST_SERVERS} are not read.` });
      return;
    }
    const found = read(entry, index);
    if (typeof found === 'string') return void refused.push({ what, why: found });
    const server = asServer(found);
    if (typeof server === 'string') refused.push({ what: named(what, found.name), why: server });
    else servers.push(server);
  });
  return { servers, refused };
}

const named = (what: string, name: string): string =>
  name === '' ? what : `${what} (${name.slice(0, LONGEST_NAME)})`;

const NO_MARK = { colour: 'none', production: false } as const;

/** As it is saved, or a sentence that says why it cannot be. */
function asServer({
  name,
  group = '',
  mark = NO_MARK,
  endpoint,
  secrets,
  without,
}: Found): ReadServer | string {
  const flags = SECRETS.map((secret) => [SECRET_FLAG[secret], secrets[secret] !== undefined] as const);
  const form: EndpointForm = {
    ...emptyEndpoint(SERVER_ENDPOINT),
    ...Object.fromEntries(flags),
    ...endpoint,
  };
  const called = (name.trim() || addressOf(form)).slice(0, LONGEST_NAME);
  const grouped = group.trim().slice(0, LONGEST_NAME);
  const problems = serverProblems({ name: called, group: grouped, endpoint: form }, []);
  if (problems.length > 0) return problems.map(({ message }) => message).join(' ');
  return {
    ...{ name: called, group: grouped, ...mark },
    ...{ endpoint: viewOf(form, SERVER_ENDPOINT), secrets, without },
  };
}
