import { z } from 'zod';

/** Nodes of a cluster that rules can be given for, one by one. */
export const MOST_RULES = 1000;

/**
 * Where this machine reaches what a cluster announces under an address of its own network. A rule is for one port of a host, or, with
 * `port` null, for all of them, which keep their numbers; `*` is any host.
 */
export const addressRuleSchema = z.object({
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535).nullable(),
  useHost: z.string().min(1).max(255),
  /** null exactly where `port` is. */
  usePort: z.number().int().min(1).max(65_535).nullable(),
});
export type AddressRule = Readonly<z.infer<typeof addressRuleSchema>>;

/** A rule that cannot be read: `problem` is a sentence that says why, and repeats nothing of it. */
export class AddressRuleProblem extends Error {
  override name = 'AddressRuleProblem';
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `10.0.0.1:6379` and `127.0.0.1:7001` as a rule, or two hosts without ports, or `*` and a host. IPv6 addresses with a port
 * stand in brackets.
 * @throws AddressRuleProblem
 */
export function parseAddressRule(announced: string, use: string): AddressRule {
  const from = parsePlace(announced, 'announced');
  const to = parsePlace(use, 'reached');
  if (to.host === '*') throw new AddressRuleProblem('The address to use is one host, and not any.');
  if (from.host === '*' && from.port !== null)
    throw new AddressRuleProblem('A rule for any host is for all its ports, so it names none.');
  if ((from.port === null) !== (to.port === null))
    throw new AddressRuleProblem(
      'Give a port on both sides, or on neither: without one all ports of the host keep their numbers.',
    );
  return { host: from.host, port: from.port, useHost: to.host, usePort: to.port };
}

/**
 * Reads `10.0.0.1:6379=127.0.0.1:7001,10.0.0.2=127.0.0.1,…`.
 * @throws AddressRuleProblem
 */
export function parseAddressMap(text: string): AddressRule[] {
  const rules = text.split(',').map((part) => {
    const sides = part.split('=');
    if (sides.length !== 2)
      throw new AddressRuleProblem('Every rule is <announced>=<reached>, with a comma between two.');
    return parseAddressRule(sides[0]!, sides[1]!);
  });
  if (rules.length > MOST_RULES) throw new AddressRuleProblem(`It has more than ${MOST_RULES} rules.`);
  const seen = new Set<string>();
  for (const rule of rules) {
    const name = `${rule.host.toLowerCase()} ${rule.port}`;
    if (seen.has(name)) throw new AddressRuleProblem('Two rules are for the same address.');
    seen.add(name);
  }
  return rules;
}

/** One line of an address map as it is filled in; either part may be empty or wrong as yet. */
export interface AddressRow {
  readonly announced: string;
  readonly use: string;
}

/** The lines of an address map as it is stored: `announced=reached`, one a line. */
export const addressRows = (text: string): AddressRow[] =>
  text === ''
    ? []
    : text.split('\n').map((line) => {
        const [announced = '', use = ''] = line.split('=');
        return { announced, use };
      });

/** The same as text. What stands between the parts of a rule cannot be a part of one. */
export const addressText = (rows: readonly AddressRow[]): string =>
  rows.map(({ announced, use }) => `${plain(announced)}=${plain(use)}`).join('\n');

const plain = (part: string): string => part.replaceAll(/[=,\n]/g, '').trim();

/**
 * The rules of an address map as it is stored; lines that are empty on both sides count for nothing.
 * @throws AddressRuleProblem
 */
export function storedRules(text: string): AddressRule[] {
  const rows = addressRows(text).filter(({ announced, use }) => `${announced}${use}`.trim() !== '');
  return rows.length === 0 ? [] : parseAddressMap(rows.map((row) => `${row.announced}=${row.use}`).join(','));
}

/** Why a stored address map cannot be used: a sentence; undefined when it can. */
export function addressMapProblem(text: string): string | undefined {
  try {
    storedRules(text);
    return undefined;
  } catch (error) {
    if (error instanceof AddressRuleProblem) return error.message;
    throw error;
  }
}

/** `10.0.0.1:6379=127.0.0.1:7001` */
export const describeRule = ({ host, port, useHost, usePort }: AddressRule): string =>
  `${describePlace(host, port)}=${describePlace(useHost, usePort)}`;

/** `10.0.0.1:6379`, `10.0.0.1` for all ports, `[2001:db8::1]:6379`. */
export function describePlace(host: string, port: number | null): string {
  if (port === null) return host;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Where to reach a node that goes by these names: a rule for its port before one for its host, and that before the one for any host.
 * undefined where no rule is for it.
 */
export function mappedAddress(
  rules: readonly AddressRule[],
  names: readonly string[],
  port: number,
): Address | undefined {
  const known = new Set(names.map((name) => name.toLowerCase()));
  const isNamed = ({ host }: AddressRule): boolean => known.has(host.toLowerCase());
  const rule =
    rules.find((one) => one.port === port && isNamed(one)) ??
    rules.find((one) => one.port === null && isNamed(one)) ??
    rules.find(({ host }) => host === '*');
  return rule && { host: rule.useHost, port: rule.usePort ?? port };
}

function parsePlace(text: string, what: string): { host: string; port: number | null } {
  const bare = text.trim();
  if (bare === '') throw new AddressRuleProblem(`The address that is ${what} is missing.`);
  const bracketed = /^\[([0-9a-f:.]+)\](?::(\d+))?$/i.exec(bare);
  if (bracketed) return { host: bracketed[1]!, port: portOf(bracketed[2]) };
  // More than one colon is an IPv6 address by itself.
  const match = bare.split(':').length > 2 ? null : /^([^\s:/@[\]]+)(?::(\d+))?$/.exec(bare);
  if (match) return { host: match[1]!, port: portOf(match[2]) };
  if (/^[0-9a-f:.]+$/i.test(bare)) return { host: bare, port: null };
  throw new AddressRuleProblem(
    `The address that is ${what} is host:port or a host alone; an IPv6 address with a port stands in brackets.`,
  );
}

function portOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = Number(text);
  if (port < 1 || port > 65_535) throw new AddressRuleProblem('A port is from 1 to 65535.');
  return port;
}
