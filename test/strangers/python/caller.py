import json
import os
import tempfile

from authlib.integrations.requests_client import OAuth2Session

with open(os.environ["CONTEXT"]) as file:
    context = json.load(file)
consumer = context["consumer"]

with tempfile.TemporaryDirectory() as folder:
    names = {"certificate": f"{folder}/cert.pem", "key": f"{folder}/key.pem"}
    for name, path in names.items():
        with open(path, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(consumer[name])
    session = OAuth2Session(consumer["clientid"], token_endpoint_auth_method="none")
    session.cert = (names["certificate"], names["key"])
    session.fetch_token(
        consumer["url"] + "/oauth2/token",
        grant_type="client_credentials",
        resource="urn:sap:identity:application:provider:name:orders",
    )
    answer = session.get(context["url"] + "/endpoint")
    result = {"status": answer.status_code, "proof": answer.json()["proof"]}
    print(json.dumps(result, separators=(",", ":")))
