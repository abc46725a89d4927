import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from sap.xssec import create_security_context_ias

with open(os.environ["CONTEXT"]) as file:
    context = json.load(file)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            create_security_context_ias(token, context["provider"])
            status = 200
        except (RuntimeError, ValueError) as error:
            print(error, flush=True)
            status = 401
        self.send_response(status)
        self.end_headers()


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
