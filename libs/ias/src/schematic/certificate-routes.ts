const ROUTE = /^([ \t]*- route:[ \t]*)(["']?)([^\s"'#]+)\2[ \t]*$/gm;
const DEFAULT_URL = '${default-url}';

/**
 * Adds a route at which the platform forwards client certificates to each route of `manifest.yml` or `mta.yaml`: the host
 * `<app>.cert.<domain>` (docs/reference/ias-facts.md#cloud-foundry).
 */
export function addCertificateRoutes(text: string): string {
  if (text.includes('.cert.')) return text;
  return text.replace(ROUTE, (line, start: string, quote: string, route: string) => {
    const added = certificateRouteOf(route);
    return added === undefined ? line : `${line}\n${start}${quote}${added}${quote}`;
  });
}

function certificateRouteOf(route: string): string | undefined {
  if (route === DEFAULT_URL) return '${default-host}.cert.${default-domain}';
  const [, host, domain] = /^((?:\$\{[^}]+\}|\(\([^)]+\)\)|[^.])+)\.(.+)$/.exec(route) ?? [];
  return host === undefined ? undefined : `${host}.cert.${domain}`;
}
