#!/usr/bin/env python3
"""A mail server (aiosmtpd, without TLS) and a web server that write down all they get, a JSON line each, what is no text in base64.

sink.py [SMTP_PORT]   prints "port N" for the web, "smtp N" for the mail; 0 or nothing: ports of the system's choice.
A line on standard input is obeyed: "drop" lets the mail server end the connection after it took each message, "keep"
ends that. Ends when standard input closes.
"""
import asyncio
import base64
import email
import email.policy
import http.server
import json
import os
import sys
import threading
import time

from aiosmtpd.smtp import SMTP

drops = False
speaking = threading.Lock()


def say(kind, **facts):
    with speaking:
        print(kind, json.dumps(facts), flush=True)


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {p.get_content_type(): p.get_content() for p in message.walk() if not p.is_multipart()}
        say("mail", time=time.time(), sender=envelope.mail_from, to=envelope.rcpt_tos,
            headers={k: str(v) for k, v in message.items()}, parts=parts)
        if drops:
            # Taken, and the word of it never arrives.
            server.transport.abort()
        return "250 kept"


class Endpoint(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        try:
            content = json.loads(body)
        except UnicodeDecodeError:
            content = base64.b64encode(body).decode()
        except ValueError:
            content = body.decode()
        say("post", time=time.time(), path=self.path, headers=dict(self.headers), body=content)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


async def mail():
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Mailbox(), hostname="mail.test"), "127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print("smtp", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def obey():
    global drops
    for line in sys.stdin:
        drops = line.strip() == "drop"
        print("obeyed", line.strip(), flush=True)
    os._exit(0)


web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
print("port", web.server_port, flush=True)
threading.Thread(target=web.serve_forever, daemon=True).start()
threading.Thread(target=obey, daemon=True).start()
asyncio.run(mail())
