import { ActionIcon, Loader, Tooltip } from '@mantine/core';
import { Pencil, RefreshCw, Trash2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatBytes, formatCount } from '../../shared/format/numbers.ts';
import { addressOf } from '../../shared/model/server-address.ts';
import type { ServerView } from '../../shared/servers/saved-server.ts';
import { TimeText } from '../components/time-text.tsx';
import { href, navigate } from '../state/route.ts';
import { ColourDot } from './colour-dot.tsx';
import { ProductionBadge } from './production-badge.tsx';
import { faultLine, limitWords, reachedWord, roleWords, versionWords } from './server-words.ts';
import classes from './servers.module.css';
import { useRemoveServer } from './use-remove-server.tsx';

interface ServerTableProps {
  readonly label: string;
  readonly servers: readonly ServerView[];
  readonly under: ReadonlySet<string>;
  readonly onLook: (id: string) => void;
}

const HEADS = ['Server', 'Last look', 'Version and role', 'Keys', 'Memory'];

/** Servers of one group, with what the last look at each has found. */
export const ServerTable = ({ label, servers, under, onLook }: ServerTableProps): ReactElement => (
  <table className={classes.table} aria-label={label}>
    <colgroup>
      <col />
      <col className={classes.looked} />
      <col className={classes.version} />
      <col className={classes.figure} />
      <col className={classes.figure} />
      <col className={classes.acts} />
    </colgroup>
    <thead>
      <tr>
        {HEADS.map((head) => (
          <th key={head} scope="col">
            {head}
          </th>
        ))}
        <th scope="col">
          <span className={classes.hidden}>Actions</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {servers.map((server) => (
        <ServerRow
          key={server.id}
          server={server}
          looking={under.has(server.id)}
          onLook={() => onLook(server.id)}
        />
      ))}
    </tbody>
  </table>
);

function ServerRow({
  server,
  looking,
  onLook,
}: {
  readonly server: ServerView;
  readonly looking: boolean;
  readonly onLook: () => void;
}): ReactElement {
  const { id, name, colour, production, endpoint } = server;
  const remove = useRemoveServer();
  return (
    <tr>
      <td>
        <div className={classes.title}>
          <ColourDot colour={colour} />
          <a className={classes.name} href={href({ page: 'server', id })}>
            {name}
          </a>
          {production && <ProductionBadge />}
        </div>
        <div className={classes.address}>
          {endpoint.user !== '' && `${endpoint.user}@`}
          {addressOf(endpoint)}
          {endpoint.tls && ', TLS'}
        </div>
      </td>
      <td>
        <LookCell server={server} looking={looking} />
      </td>
      <FoundCells server={server} />
      <td>
        <div className={classes.actions}>
          <Tooltip label="Look at it now">
            <ActionIcon aria-label={`Look at ${name} now`} disabled={looking} onClick={onLook}>
              <RefreshCw size={15} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Edit">
            <ActionIcon aria-label={`Edit ${name}`} onClick={() => navigate({ page: 'server', id })}>
              <Pencil size={15} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Remove">
            <ActionIcon aria-label={`Remove ${name}`} onClick={() => void remove(server)}>
              <Trash2 size={15} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </div>
      </td>
    </tr>
  );
}

function LookCell({
  server,
  looking,
}: {
  readonly server: ServerView;
  readonly looking: boolean;
}): ReactElement {
  const { look } = server;
  const { word, tone } = reachedWord(server);
  if (looking)
    return (
      <span role="status" className={classes.detail}>
        <Loader size={12} mr="xs" aria-hidden />
        Looking …
      </span>
    );
  return (
    <>
      <span className={classes.reached} data-tone={tone}>
        {word}
      </span>
      {look && (
        <span className={classes.detail}>
          {' '}
          <TimeText atMs={look.atMs} />
        </span>
      )}
      {look?.fault && (
        <div className={classes.fault} title={faultLine(look.fault)}>
          {faultLine(look.fault)}
        </div>
      )}
    </>
  );
}

/** What is known from an earlier look than the last one is grey, and has the age of that. */
function FoundCells({ server: { look } }: { readonly server: ServerView }): ReactElement {
  const found = look?.found;
  if (!look || !found)
    return (
      <>
        <td className={classes.detail}>–</td>
        <td className={classes.detail}>–</td>
        <td className={classes.detail}>–</td>
      </>
    );
  const old = look.fault !== null || undefined;
  return (
    <>
      <td data-old={old}>
        {versionWords(found)}
        <div className={classes.detail}>
          {roleWords(found)}
          {old && (
            <>
              {', '}
              <TimeText atMs={found.atMs} />
            </>
          )}
        </div>
      </td>
      <td data-old={old}>{formatCount(found.keys)}</td>
      <td data-old={old}>
        {found.usedMemoryBytes === null ? '–' : formatBytes(found.usedMemoryBytes)}
        <div className={classes.detail}>{limitWords(found)}</div>
      </td>
    </>
  );
}
