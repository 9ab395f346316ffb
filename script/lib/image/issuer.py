"""A token issuer with HTTPS for one trial: its keys, and tokens that it signs."""

import base64
import http.server
import json
import ssl
import subprocess
import threading
import time


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """Answers on 443 as `name`, whose certificate is in `folder`; signs with a key of its own."""

    def __init__(self, folder, name, address):
        self.key, self.address = folder / "tokens.key", address
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)
        modulus = subprocess.run(["openssl", "rsa", "-in", self.key, "-noout", "-modulus"],
                                 check=True, capture_output=True, text=True).stdout.strip().split("=")[1]
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "trial", "e": "AQAB",
               "n": encoded(bytes.fromhex(modulus))}
        body = json.dumps({"keys": [key]}).encode()

        class Keys(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 443), Keys)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"{name}.crt", folder / f"{name}.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def token(self, audience, scope):
        now = int(time.time())
        claims = {"iss": self.address, "aud": audience, "sub": "trial", "client_id": "trial", "jti": "trial",
                  "iat": now, "exp": now + 600, "scope": scope, "spro_region": "52"}
        parts = [{"alg": "RS256", "typ": "at+jwt", "kid": "trial"}, claims]
        text = ".".join(encoded(json.dumps(part).encode()) for part in parts)
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key],
                                   input=text.encode(), check=True, capture_output=True).stdout
        return f"{text}.{encoded(signature)}"
