#!/usr/bin/env python3
"""An SMTP server (aiosmtpd) with STARTTLS and login, which writes every mail as one JSON line to standard output.

mailbox.py CERTIFICATE KEY USER PASSWORD   prints "port N". Ends when standard input closes.
"""
import email
import email.policy
import json
import os
import ssl
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


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


def authenticate(server, session, envelope, mechanism, data):
    good = data.login.decode() == user and data.password.decode() == password
    return AuthResult(success=good)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
controller = Controller(
    Mailbox(), hostname="127.0.0.1", port=0, tls_context=context, authenticator=authenticate, auth_required=True,
    auth_require_tls=True, ready_timeout=10)
# Port 0 is the system's choice, which the controller's own readiness check cannot reach.
controller._trigger_server = lambda: None
controller.start()
print("port", controller.server.sockets[0].getsockname()[1], flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0))).start()
