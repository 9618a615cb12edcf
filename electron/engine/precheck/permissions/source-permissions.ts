import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { failure, failureOf, mend, notice, pass, warning, type Finding } from '../finding.ts';
import type { Check } from '../subjects.ts';
import { askRights, type Rights } from './ask-rights.ts';
import { grantCommand, KEEPS_GRANT, lacking, listCommands, unknownCommands } from './grant-command.ts';
import { SOURCE_QUESTIONS, type Question } from './needed-commands.ts';

export const sourcePermissions: Check = async ({ source }) =>
  judgeSource(SOURCE_QUESTIONS, await askRights(source, SOURCE_QUESTIONS), source.endpoint.user);

export function judgeSource(
  questions: readonly Question[],
  rights: Rights,
  givenUser: string | undefined,
): Finding {
  const { answers } = rights;
  const user = rights.user ?? givenUser ?? 'default';
  const unknown = unknownCommands(questions, answers, ({ required }) => required);
  if (unknown.length > 0) {
    return failureOf(
      'source',
      new LockstepError('SOURCE_PSYNC_REFUSED', `the source does not know ${listCommands(unknown)}`),
    );
  }
  const lack = lacking(questions, answers, () => true);
  const needed = lacking(questions, answers, ({ required }) => required);
  if (needed.commands.length > 0) {
    return failure(
      `The user ${user} may not run ${listCommands(needed.commands)}, so it cannot replicate.`,
      mend('source', `Grant it all that the task can use. ${KEEPS_GRANT}`, grantCommand(user, lack)),
      mend('source', 'Or no more than replication takes.', grantCommand(user, { ...needed, keys: false })),
    );
  }
  const unasked = answers[questions.findIndex(({ words }) => words[0] === 'PSYNC')] !== 'granted';
  const unclear = `Whether the user ${user} may run PSYNC could not be looked at, since it may not ask (ACL DRYRUN). It shows when the task starts.`;
  if (lack.commands.length > 0 || lack.keys) {
    const what = [
      ...(lack.commands.length > 0 ? [`may not run ${listCommands(lack.commands)}`] : []),
      ...(lack.keys ? ['may not read all keys'] : []),
    ].join(' and ');
    return warning(
      `The user ${user} ${unasked ? what : `may replicate, but ${what}`}. The task runs without; watching, comparing and some of these checks do less.${unasked ? ` ${unclear}` : ''}`,
      mend('source', `Grant it these as well. ${KEEPS_GRANT}`, grantCommand(user, lack)),
    );
  }
  return unasked ? notice(unclear) : pass(`The user ${user} may run all that is needed.`);
}
