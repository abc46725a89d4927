import { checkRouter } from './router-checks.mjs';

await checkRouter(
  (port, backend) => `
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s

frontend router
  bind 127.0.0.1:${port} ssl crt server.pem ca-file clients.pem verify optional ca-ignore-err all crt-ignore-err all
  http-request del-header x-forwarded-client-cert
  http-request set-header x-forwarded-client-cert %[ssl_c_der,base64] if { ssl_c_used }
  default_backend app

backend app
  server backend 127.0.0.1:${backend}
`,
  (file) => ['haproxy', '-db', '-f', file],
);
