import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import type { ImportReport } from '../../shared/contract/server-requests.ts';
import { sentence } from '../components/sentence.ts';
import classes from './servers.module.css';

const FORMS: Readonly<Record<ImportReport['form'], string>> = {
  lockstep: 'an export of Lockstep',
  redisinsight: 'an export of RedisInsight',
  'another-redis-desktop-manager': 'an export of Another Redis Desktop Manager',
  addresses: 'a list of addresses',
};

/** What has come of an import: what was added, what is missing of it, and what was left. */
export function ImportResult({
  report: { form, added, refused },
}: {
  readonly report: ImportReport;
}): ReactElement {
  const partial = added.filter(({ without }) => without.length > 0);
  return (
    <div role="status">
      <Text size="sm">
        {added.length === 0
          ? 'Nothing was added'
          : `${formatCount(added.length)} ${added.length === 1 ? 'server was' : 'servers were'} added`}
        {`, read as ${FORMS[form]}.`}
      </Text>
      {partial.length > 0 && (
        <>
          <h3 className={classes.resultHead}>Taken without a part</h3>
          <ul className={classes.result}>
            {partial.map(({ id, name, without }) => (
              <li key={id}>
                <b>{name}</b>: without {without.join('; ')}.
              </li>
            ))}
          </ul>
        </>
      )}
      {refused.length > 0 && (
        <>
          <h3 className={classes.resultHead}>Not taken</h3>
          <ul className={classes.result}>
            {refused.map(({ what, why }) => (
              <li key={`${what} ${why}`}>
                <b>{what}</b>: {sentence(why)}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
