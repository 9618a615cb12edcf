import { z } from 'zod';
import { idSchema } from '../../../shared/model/profile.ts';
import type { Notices } from '../notices/notices.ts';
import type { OpenStore } from '../ports.ts';
import { listKind } from '../stores/document-kind.ts';
import { StoredDocument } from '../stores/stored-document.ts';

/** The secrets of one server; a field is left out when there is none. */
export const secretsSchema = z.object({
  password: z.string().optional(),
  key: z.string().optional(),
  sentinelPassword: z.string().optional(),
});
export type Secrets = Readonly<z.infer<typeof secretsSchema>>;

/** Either sealed with a key of the system's keychain, or as they are, where the user has allowed that. */
const entrySchema = z.object({
  /** The id of a draft or of a task. */
  owner: idSchema,
  endpoint: idSchema,
  /** A digest of where they may be sent. */
  destination: z.string().max(64),
  sealed: z.string().optional(),
  plain: secretsSchema.optional(),
});
export type SecretEntry = Readonly<z.infer<typeof entrySchema>>;

export const openSecretsDocument = (
  openStore: OpenStore,
  notices: Notices,
): StoredDocument<readonly SecretEntry[]> =>
  new StoredDocument(
    openStore,
    listKind({ name: 'secrets', holds: 'the passwords', migrations: [] }, entrySchema),
    notices,
  );
