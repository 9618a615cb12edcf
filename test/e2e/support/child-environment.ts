const LEFT_OUT = /^(LOCKSTEP_|ELECTRON_|VITEST|NODE_OPTIONS$|NODE_ENV$|NODE_EXTRA_CA_CERTS$)/;

/** The environment of the test run without what would lead the application astray. */
export function childEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !LEFT_OUT.test(entry[0]),
  );
  return Object.fromEntries(kept);
}
