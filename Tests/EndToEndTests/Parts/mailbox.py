#!/usr/bin/env python3
"""An SMTP server (aiosmtpd) with STARTTLS and login, which writes every mail as one JSON line to standard output.

mailbox.py CERTIFICATE KEY USER PASSWORD   prints "port N". Ends when standard input closes.
"""
import asyncio
import email
import email.policy
import json
import os
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(preferencelist=("plain", "html"))
        print("mail", json.dumps({
            "to": envelope.rcpt_tos, "from": envelope.mail_from, "subject": message["subject"],
            "tls": session.ssl is not None, "login": bool(session.authenticated),
            "body": body.get_content() if body else "", "raw": envelope.content.decode("utf-8", "replace"),
        }), flush=True)
        return "250 kept"


certificate, key, user, password = sys.argv[1:5]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


def authenticate(server, session, envelope, mechanism, data):
    right = (data.login.decode(), data.password.decode()) == (user, password)
    return AuthResult(success=right)


async def main():
    def make():
        return SMTP(Mailbox(), hostname="localhost", tls_context=context, require_starttls=True,
                    authenticator=authenticate, auth_required=True, auth_require_tls=True)

    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
asyncio.run(main())
