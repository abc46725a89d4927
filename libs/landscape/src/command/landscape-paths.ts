import { join } from 'node:path';

/** The paths below the folder `.landscape`. */
export class LandscapePaths {
  readonly folder: string;
  /** The server authority, for clients to trust. */
  readonly ca: string;
  /** The same for Java; `ias-landscape trust --print` writes it. */
  readonly truststore: string;
  readonly adminToken: string;
  readonly serviceKey: string;
  /** Announces that all other files exist. */
  readonly announcement: string;
  /** `VCAP_SERVICES` of each binding. */
  readonly bindings: string;
  /** Lists the files outside of this folder, for the next landscape to remove if this one is killed. */
  readonly written: string;
  /** The files of `--keep`. */
  readonly kept: string;

  /** @param root the folder in which the landscape was started */
  constructor(root: string) {
    this.folder = join(root, '.landscape');
    this.ca = join(this.folder, 'ca.pem');
    this.truststore = join(this.folder, 'truststore.jks');
    this.adminToken = join(this.folder, 'admin-token');
    this.serviceKey = join(this.folder, 'service-key.json');
    this.announcement = join(this.folder, 'landscape.json');
    this.bindings = join(this.folder, 'bindings');
    this.written = join(this.folder, 'written.json');
    this.kept = join(this.folder, 'kept');
  }
}
