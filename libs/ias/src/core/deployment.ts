/**
 * Whether the app is deployed: on Cloud Foundry, in Kubernetes, or with `NODE_ENV=production`. Otherwise it runs in
 * development.
 */
export function isDeployed({
  VCAP_APPLICATION,
  KUBERNETES_SERVICE_HOST,
  NODE_ENV,
}: Readonly<NodeJS.ProcessEnv>): boolean {
  return VCAP_APPLICATION !== undefined || KUBERNETES_SERVICE_HOST !== undefined || NODE_ENV === 'production';
}
