"""A camera's ONVIF side: answers WS-Discovery on a UDP port, and tells the stream's address to who knows the password.

onvif.py RTSP_URL USER PASSWORD   prints "port N", the UDP port. Ends when standard input closes.
"""
import base64
import hashlib
import http.server
import os
import re
import socket
import sys
import threading

url, user, password = sys.argv[1:4]

FAULT = """<?xml version="1.0"?><env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"
 xmlns:ter="http://www.onvif.org/ver10/error"><env:Body><env:Fault><env:Code><env:Value>env:Sender</env:Value>
 <env:Subcode><env:Value>ter:NotAuthorized</env:Value></env:Subcode></env:Code><env:Reason>
 <env:Text xml:lang="en">Sender not Authorized</env:Text></env:Reason></env:Fault></env:Body></env:Envelope>"""


def envelope(body):
    return f"""<?xml version="1.0"?><env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"
 xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"
 xmlns:tt="http://www.onvif.org/ver10/schema"><env:Body>{body}</env:Body></env:Envelope>"""


class Device(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        request = self.rfile.read(int(self.headers["Content-Length"])).decode()
        here = f"http://127.0.0.1:{self.server.server_address[1]}"
        if "GetCapabilities" in request:
            status, text = 200, envelope(
                "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media>"
                f"<tt:XAddr>{here}/onvif/media</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>")
        elif not self.knows(request):
            status, text = 400, FAULT
        elif "GetProfiles" in request:
            status, text = 200, envelope(
                '<trt:GetProfilesResponse><trt:Profiles fixed="true" token="Main&amp;1"><tt:Name>main</tt:Name>'
                '</trt:Profiles><trt:Profiles token="sub"/></trt:GetProfilesResponse>')
        elif "GetStreamUri" in request and "<ProfileToken>Main&amp;1</ProfileToken>" in request:
            status, text = 200, envelope(
                f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{url}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>")
        else:
            status, text = 500, "no"
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/soap+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def knows(self, request):
        def part(name):
            found = re.search(rf"<{name}[^>]*>([^<]*)</{name}>", request)
            return found.group(1) if found else ""

        wanted = hashlib.sha1(base64.b64decode(part("Nonce")) + part("Created").encode() + password.encode()).digest()
        return part("Username") == user and part("Password") == base64.b64encode(wanted).decode()

    def log_message(self, *_):
        pass


device = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Device)
threading.Thread(target=device.serve_forever, daemon=True).start()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
print("port", udp.getsockname()[1], flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
while True:
    request, sender = udp.recvfrom(65536)
    if b"NetworkVideoTransmitter" not in request:
        continue
    udp.sendto(
        f"""<?xml version="1.0"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch>
 <d:Types>dn:NetworkVideoTransmitter</d:Types>
 <d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Front%20door
 onvif://www.onvif.org/hardware/X-1</d:Scopes>
 <d:XAddrs>http://127.0.0.1:{device.server_address[1]}/onvif/device_service</d:XAddrs>
 </d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>""".encode(), sender)
