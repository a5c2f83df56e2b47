#!/usr/bin/env python3
"""Purges a URL that many clients ask for and that the origin answers slowly: hot-url.py [SECONDS [CLIENTS [VARY]]]

Fails if the purge is not confirmed at the first attempt, if the origin gets more than two fetches that begin between
the purge and its response, or if a client that asks after the response gets a copy from before the purge.
"""
import http.client
import http.server
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 0.3
CLIENTS = int(sys.argv[2]) if len(sys.argv) > 2 else 100
VARY = sys.argv[3] if len(sys.argv) > 3 else "Accept-Encoding"
FOLDER = os.path.dirname(os.path.abspath(__file__))

fetches = []  # when each began


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        fetches.append(time.time())
        body = repr(fetches[-1]).encode()
        time.sleep(SECONDS)
        self.send_response(200)
        self.send_header("Cache-Control", "max-age=60")
        self.send_header("Vary", VARY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 1024
    daemon_threads = True


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ask(connection, method="GET", **headers):
    connection.request(method, "/hot", headers={"Host": "www.example.com", **headers})
    response = connection.getresponse()
    return response.status, response.read()


def keep_asking(port, number, purged, old, stop):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while not stop.is_set():
        after = purged.is_set()
        try:
            status, body = ask(connection, **{"Accept-Language": "de" if number % 2 else "en"})
        except (OSError, http.client.HTTPException):
            connection.close()  # varnishd has ended, or had closed the idle connection
            continue
        if after and (status != 200 or float(body) < purged.sent):
            old.append(body)


def run(port):
    purged, stop, old = threading.Event(), threading.Event(), []
    clients = [threading.Thread(target=keep_asking, args=(port, n, purged, old, stop), daemon=True)
               for n in range(CLIENTS)]
    for client in clients:
        client.start()
    while not fetches:
        time.sleep(0.001)
    time.sleep(SECONDS / 3)  # the first fetch is in progress, and all clients wait for it
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    attempts, sent, before = 0, time.time(), len(fetches)
    purged.sent, status = sent, 503
    while status == 503:
        attempts += 1
        status, _ = ask(connection, "PURGE", **{"Freshet-Token": "s3cret"})
    between, purged_after = len(fetches) - before, time.time() - sent
    purged.set()
    time.sleep(3 * SECONDS)
    stop.set()
    for client in clients:
        client.join(60)
    print(f"hot-url: status {status} after {purged_after:.2f} s, {attempts} attempts, "
          f"{between} fetches between, {len(old)} old copies after")
    return status == 200 and attempts == 1 and between <= 2 and not old


def main():
    origin = Server(("127.0.0.1", 0), Origin)
    threading.Thread(target=origin.serve_forever, daemon=True).start()
    folder, port = tempfile.mkdtemp(), free_port()
    vcl = os.path.join(folder, "test.vcl")
    with open(vcl, "w") as file:
        file.write(f'vcl 4.1; backend default {{ .host = "127.0.0.1"; .port = "{origin.server_address[1]}"; }}\n'
                   f'include "{FOLDER}/../freshet.vcl";\n')
    varnishd = subprocess.Popen(
        ["varnishd", "-F", "-n", os.path.join(folder, "v"), "-a", f"127.0.0.1:{port}", "-f", vcl, "-i", "node-1",
         "-j", "none", "-s", "malloc,16m"],
        env={**os.environ, "FRESHET_VARNISH_TOKEN": "s3cret"}, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        for _ in range(600):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        return run(port)
    finally:
        varnishd.terminate()
        varnishd.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
