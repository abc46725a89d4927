const COMMENTED =
  /^( *)# (- name: cloud-logging|  type: org\.cloudfoundry\.existing-service|  parameters:|    service-name: cloud-logging)$/gm;

/** The lines of `mta.yaml` about SAP Cloud Logging are comments; this uncomments them as docs/how-to/observability.md says. */
export function withCloudLogging(mta: string): string {
  return mta.replaceAll(COMMENTED, '$1$2');
}
