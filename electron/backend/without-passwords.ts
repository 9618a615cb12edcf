/** The environment for a child: the passwords in it are for this process alone. */
export function withoutPasswords(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { LOCKSTEP_SOURCE_PASSWORD: _source, LOCKSTEP_TARGET_PASSWORD: _target, ...others } = env;
  return others;
}
