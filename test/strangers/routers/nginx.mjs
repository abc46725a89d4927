import { mkdirSync } from 'node:fs';
import { checkRouter } from './router-checks.mjs';

mkdirSync('temp', { recursive: true });
await checkRouter(
  (port, backend) => `
daemon off;
pid temp/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path temp/body;
  proxy_temp_path temp/proxy;
  fastcgi_temp_path temp/fastcgi;
  uwsgi_temp_path temp/uwsgi;
  scgi_temp_path temp/scgi;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate server.crt;
    ssl_certificate_key server.key;
    ssl_verify_client optional_no_ca;
    location / {
      proxy_pass http://127.0.0.1:${backend};
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-Client-Cert $ssl_client_escaped_cert;
    }
  }
}
`,
  (file) => ['nginx', '-p', process.cwd(), '-e', 'stderr', '-c', file],
);
