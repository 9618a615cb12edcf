import { safeStorage } from 'electron';
import type { SecretBox } from '../backend/ports.ts';

/** The system's keychain; undefined where there is none. Call it when the application is ready. */
export function openKeychain(): SecretBox | undefined {
  if (!safeStorage.isEncryptionAvailable()) return undefined;
  // Electron's stand-in where no keyring runs: a fixed key, which hides nothing from anybody.
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text')
    return undefined;
  return {
    seal: (secret) => safeStorage.encryptString(secret).toString('base64'),
    open: (sealed) => safeStorage.decryptString(Buffer.from(sealed, 'base64')),
  };
}
