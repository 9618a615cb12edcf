import { Button, Select } from '@mantine/core';
import { BookmarkPlus } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import type { Draft, EndpointForm } from '../../shared/model/profile.ts';
import { addressOf } from '../../shared/model/server-address.ts';
import { savedAs } from '../../shared/servers/saved-as.ts';
import type { EndpointPath } from '../setup/draft/draft-form.ts';
import { sideOf } from '../setup/draft/use-setup.ts';
import { byGroup } from './by-group.ts';
import { ProductionMark } from './production-mark.tsx';
import { SaveDialog } from './save-dialog.tsx';
import classes from './servers.module.css';
import { useServers } from './use-servers.ts';
import { useTakeServer } from './use-take-server.ts';

/** Chooses a saved server for one side of a set-up, or saves what is entered there. */
export function SavedChoice({
  path,
  draftId,
}: {
  readonly path: EndpointPath;
  readonly draftId: string;
}): ReactElement {
  const servers = useServers();
  const endpoint = useWatch<Draft, EndpointPath>({ name: path }) as EndpointForm;
  const take = useTakeServer(path, draftId);
  const [saving, setSaving] = useState(false);
  const saved = savedAs(endpoint, servers);
  const side = sideOf(path);
  return (
    <div className={classes.choice}>
      {servers.length > 0 && (
        <Select
          size="xs"
          className={classes.saved ?? ''}
          aria-label={`Saved server for the ${side}`}
          placeholder="Choose a saved server"
          nothingFoundMessage="No saved server is called so"
          searchable
          data={byGroup(servers).map(([group, members]) => ({
            group: group || 'Without a group',
            items: members.map(({ id, name, production }) => ({
              value: id,
              label: production ? `${name} (production)` : name,
            })),
          }))}
          value={saved?.id ?? null}
          allowDeselect={false}
          onChange={(id) => id !== null && void take(id)}
        />
      )}
      <ProductionMark address={endpoint} />
      {!saved && (
        <Button
          variant="subtle"
          size="compact-xs"
          leftSection={<BookmarkPlus size={14} aria-hidden />}
          disabled={addressOf(endpoint) === ''}
          onClick={() => setSaving(true)}
        >
          Save this server…
        </Button>
      )}
      {saving && <SaveDialog path={path} draftId={draftId} onEnd={() => setSaving(false)} />}
    </div>
  );
}
