import type { ReactElement } from 'react';
import type { AppInfo } from '../../shared/contract/api.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { Panel } from '../components/panel.tsx';
import classes from './settings.module.css';

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

/** What one is asked for when something is to be reported, and where this machine's data lies. */
export const About = ({ info }: { readonly info: AppInfo }): ReactElement => (
  <Panel title="About">
    <dl className={classes.about}>
      <dt>Version</dt>
      <dd>{info.version}</dd>
      <dt>Runs as</dt>
      <dd>
        {info.host === 'desktop' ? 'a desktop application' : 'a browser host'} on{' '}
        {PLATFORMS[info.platform] ?? info.platform}
      </dd>
      <dt>Passwords</dt>
      <dd>{whereSecretsAre(info)}</dd>
      <dt>Buffer folder</dt>
      <dd className={classes.path}>
        <code>{info.defaultSpoolDir}</code>
        <CopyButton text={info.defaultSpoolDir} what="the folder" />
      </dd>
    </dl>
  </Panel>
);

function whereSecretsAre({ secrets, settings }: AppInfo): string {
  if (secrets === 'keychain') return 'kept encrypted, by the keychain of this system';
  return settings.keepSecretsInFile ? 'kept in a file of your account' : 'remembered until Lockstep ends';
}
