import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** What Debian's update-ca-certificates writes. Node's own reading of the system's store takes ten times as long. */
const SYSTEM_STORE = '/etc/ssl/certs/ca-certificates.crt';

let tried = false;

/**
 * Has this process trust the authorities of the system's store, or of SSL_CERT_FILE, beside Node's own and those of
 * NODE_EXTRA_CA_CERTS: where a network inspects TLS, its own authority is there. The store is read the first time only;
 * one that can't be used is a warning.
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

/** Without the line breaks, which differ. */
const plain = (certificate: string) => certificate.replaceAll('\n', '').trim();
