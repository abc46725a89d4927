import { createHash, X509Certificate } from 'node:crypto';

/** Java asks for a password even if a truststore contains only public certificates. */
export const TRUSTSTORE_PASSWORD = 'changeit';

const MAGIC = 0xfe_ed_fe_ed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;
/** Java mixes this constant into the digest of each JKS file. */
const DIGEST_SALT = 'Mighty Aphrodite';

/**
 * Returns a Java truststore with one certificate, in the format JKS, which every JDK reads. The format needs no
 * encryption, unlike PKCS#12, in which Java expects a proprietary attribute for trusted certificates.
 * @param pem the authority to trust
 */
export function javaTruststore(pem: string, alias: string): Buffer {
  const { raw, validFrom } = new X509Certificate(pem);
  const content = Buffer.concat([
    uint32(MAGIC),
    uint32(VERSION),
    uint32(1),
    uint32(TRUSTED_CERTIFICATE),
    utf(alias),
    uint64(new Date(validFrom).getTime()),
    utf('X.509'),
    uint32(raw.length),
    raw,
  ]);
  const digest = createHash('sha1')
    .update(Buffer.from(TRUSTSTORE_PASSWORD, 'utf16le').swap16())
    .update(DIGEST_SALT)
    .update(content)
    .digest();
  return Buffer.concat([content, digest]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** A text as `DataOutputStream.writeUTF` writes it: its length in bytes, then its bytes. */
function utf(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
