/** The environment for a child: the passwords in it are for this process alone. */
export function withoutPasswords(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^LOCKSTEP_(SOURCE|TARGET(_\d+)?)_(SENTINEL_)?PASSWORD$/.test(name),
    ),
  );
}
