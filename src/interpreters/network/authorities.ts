import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** Written by Debian's update-ca-certificates. Node's own function for the system's store takes ten times as long. */
const SYSTEM_STORE = '/etc/ssl/certs/ca-certificates.crt';

let tried = false;

/**
 * Makes this process also trust the authorities of the system's store, or of SSL_CERT_FILE, which include those of networks
 * that inspect TLS. The store is read only the first time. An unusable store is a warning.
 */
export function trustSystemAuthorities(): void {
  if (tried) return;
  tried = true;
  try {
    const trusted = getCACertificates('default');
    const known = new Set(trusted.map(plain));
    const more = certificatesIn(process.env.SSL_CERT_FILE || SYSTEM_STORE).filter(
      (certificate) => !known.has(plain(certificate)),
    );
    if (more.length > 0) setDefaultCACertificates([...trusted, ...more]);
  } catch (error) {
    process.emitWarning(`the system's certificates cannot be used: ${(error as Error).message}`);
  }
}

function certificatesIn(file: string): string[] {
  return (
    readFileSync(file, 'latin1').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  );
}

/** Without line breaks, which differ between stores. */
const plain = (certificate: string) => certificate.replaceAll('\n', '').trim();
