"""A partner's end of a webhook: verifies what it is told (Standard Webhooks 1.0) and writes it down, a line each.

usage: receiver.py PORT FOLDER      FOLDER/secret: the secret it knows; FOLDER/down exists: it answers 503
"""
import base64
import hashlib
import hmac
import json
import pathlib
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder = pathlib.Path(sys.argv[2])


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        identity, moment = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        secret = base64.b64decode((folder / "secret").read_text().strip().removeprefix("whsec_"))
        message = b"%s.%s." % (identity.encode(), moment.encode()) + body
        expected = "v1," + base64.b64encode(hmac.new(secret, message, hashlib.sha256).digest()).decode()
        is_genuine = abs(time.time() - int(moment)) < 300 and any(
            hmac.compare_digest(expected, given) for given in self.headers["webhook-signature"].split())
        status = 401 if not is_genuine else 503 if (folder / "down").exists() else 204
        with (folder / "heard").open("a") as heard:
            heard.write(json.dumps({"id": identity, "status": status, **json.loads(body)}) + "\n")
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
