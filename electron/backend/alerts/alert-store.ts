import { RequestError } from '../../../shared/contract/request-error.ts';
import {
  alertSettingsSchema,
  DEFAULT_ALERTS,
  type AlertSettings,
} from '../../../shared/alerts/alert-settings.ts';
import { emptyEndpoint } from '../../../shared/model/profile.ts';
import type { Notices } from '../notices/notices.ts';
import type { OpenStore } from '../ports.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import { objectKind } from '../stores/document-kind.ts';
import { StoredDocument } from '../stores/stored-document.ts';

/** Whose the address is among the secrets, which are kept by owner and server. */
export const ALERTS_OWNER = 'alerts';
const WEBHOOK = emptyEndpoint('webhook');

/** How alerts are set up. The address of the webhook may hold a token: it lies with the passwords. */
export class AlertStore {
  private readonly document: StoredDocument<AlertSettings>;
  private readonly vault: SecretVault;

  constructor(openStore: OpenStore, notices: Notices, vault: SecretVault) {
    const about = { name: 'alerts', holds: 'the alerts', migrations: [] };
    this.document = new StoredDocument(
      openStore,
      objectKind(about, alertSettingsSchema, DEFAULT_ALERTS),
      notices,
    );
    this.vault = vault;
  }

  get settings(): AlertSettings {
    return this.document.content;
  }

  get webhook(): string | undefined {
    return this.vault.get(ALERTS_OWNER, WEBHOOK.id, WEBHOOK).password;
  }

  /** `webhook`: undefined keeps it, null or an empty one removes it. @throws RequestError REQUEST_INVALID; LockstepError STORE_UNWRITABLE */
  change(settings: AlertSettings | undefined, webhook: string | null | undefined): void {
    if (webhook) requireWebAddress(webhook);
    if (webhook !== undefined)
      this.vault.change([
        {
          ...{ owner: ALERTS_OWNER, endpoint: WEBHOOK.id, server: WEBHOOK },
          changes: { password: webhook?.trim() || null },
        },
      ]);
    if (settings) this.document.save(settings);
  }
}

function requireWebAddress(text: string): void {
  const url = URL.parse(text.trim());
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return;
  // What was entered may be most of a secret, and is not repeated.
  throw new RequestError('REQUEST_INVALID', 'A webhook has an address that begins with https:// or http://', [
    { path: 'webhook', message: 'is no address of the web' },
  ]);
}
