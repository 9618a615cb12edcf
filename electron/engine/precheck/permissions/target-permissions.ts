import { failure, mend, notice, pass, warning, type Finding } from '../finding.ts';
import type { Check } from '../subjects.ts';
import { askRights, type Rights } from './ask-rights.ts';
import { grantCommand, KEEPS_GRANT, lacking, listCommands, unknownCommands } from './grant-command.ts';
import {
  CLUSTER_QUESTIONS,
  IMPORT_QUESTIONS,
  targetQuestions,
  writeQuestions,
  type Question,
} from './needed-commands.ts';

export const targetPermissions: Check = async ({ target, spec }) => {
  const wantsImport = spec.importMode === 'use' && !spec.fullOnly;
  const asked = [
    ...targetQuestions(spec.task),
    ...(wantsImport && (await target.abilities()).importMode ? IMPORT_QUESTIONS : []),
    ...((await target.identity()).cluster ? CLUSTER_QUESTIONS : []),
    ...writeQuestions(await target.commands()),
  ];
  return judgeTarget(asked, await askRights(target, asked), target.endpoint.user);
};

export function judgeTarget(
  questions: readonly Question[],
  rights: Rights,
  givenUser: string | undefined,
): Finding {
  const { answers } = rights;
  const user = rights.user ?? givenUser ?? 'default';
  const unknown = unknownCommands(questions, answers, ({ required }) => required);
  const needed = lacking(questions, answers, ({ required }) => required);
  const lack = lacking(questions, answers, () => true);
  if (needed.commands.length > 0 || needed.keys) {
    const what = [
      ...(needed.commands.length > 0 ? [`may not run ${listCommands(needed.commands)}`] : []),
      ...(needed.keys ? ['may not write keys of every name'] : []),
    ];
    return failure(
      `The user ${user} ${what.join(' and ')}.`,
      mend('target', `Grant it what writing takes. ${KEEPS_GRANT}`, grantCommand(user, lack)),
    );
  }
  const enable = mend(
    'target',
    'Take the rename-command lines for them out of its redis.conf and restart it.',
  );
  if (unknown.length > 0)
    return failure(`The target does not know ${listCommands(unknown)}: renamed or disabled.`, enable);
  const refused = unknownCommands(questions, answers, ({ carried = false }) => carried);
  if (refused.length > 0) {
    const known = `The target does not know ${listCommands(refused)}: renamed or disabled.`;
    const they = refused.length === 1 ? 'it' : 'one of them';
    return warning(`${known} The task stops when the source sends ${they}.`, enable);
  }
  if (lack.commands.length > 0) {
    const lacksImport = questions.some(
      (asked, i) => IMPORT_QUESTIONS.includes(asked) && answers[i] !== 'granted',
    );
    const late = lacksImport ? ' Without import-mode keys go late.' : '';
    return warning(
      `The user ${user} may write, but not run ${listCommands(lack.commands)}. The task works without, in slower ways.${late}`,
      mend('target', `Grant it these as well. ${KEEPS_GRANT}`, grantCommand(user, lack)),
    );
  }
  if (answers.every((answer) => answer === 'unclear'))
    return notice(`What the user ${user} may run could not be looked at. It shows when the task starts.`);
  return pass(`The user ${user} may run all ${questions.length} commands that were asked about.`);
}
