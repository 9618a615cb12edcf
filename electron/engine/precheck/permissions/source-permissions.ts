import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { failure, failureOf, mend, notice, pass, warning, type Finding } from '../finding.ts';
import { lookAtEach, lookAtNodes } from '../each-node.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';
import { askRights, type Rights } from './ask-rights.ts';
import { grantCommand, KEEPS_GRANT, lacking, listCommands, unknownCommands } from './grant-command.ts';
import { SOURCE_CLUSTER_QUESTIONS, SOURCE_QUESTIONS, type Question } from './needed-commands.ts';

/** The rights of a user are kept on each node of a cluster by itself. */
export const sourcePermissions: Check = async (subjects) => {
  const { source } = subjects;
  const isCluster = await source.identity().then(
    ({ cluster }) => cluster,
    () => false,
  );
  if (!isCluster) return rightsOn(source, SOURCE_QUESTIONS);
  const asked = [...SOURCE_QUESTIONS, ...SOURCE_CLUSTER_QUESTIONS];
  try {
    const primaries = await source.nodes();
    // The primaries are asked whatever is read, and read where there is no replica.
    const replicas = (await subjects.feeds()).flatMap(({ view }) => (primaries.includes(view) ? [] : [view]));
    return replicas.length === 0
      ? await lookAtEach(source, (node) => rightsOn(node, asked))
      : await lookAtNodes([...primaries, ...replicas], (node) => rightsOn(node, asked), 'nodes');
  } catch (error) {
    // The nodes cannot be found out; what keeps them from being is told of the one that was given.
    if (!(error instanceof LockstepError) || error.code !== 'SOURCE_NO_PERMISSION') throw error;
    return rightsOn(source, asked);
  }
};

const rightsOn = async (node: ServerView, questions: readonly Question[]): Promise<Finding> =>
  judgeSource(questions, await askRights(node, questions), node.endpoint.user);

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
