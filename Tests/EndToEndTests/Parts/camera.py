#!/usr/bin/python3
"""A camera on gst-rtsp-server: 320x180 H.264 at 25 frames a second on rtsp://127.0.0.1:PORT/stream.

camera.py [--port PORT] [--user USER --password PASSWORD] [--audio]   prints "port N"
Commands on standard input: `stall` keeps the connection and sends no picture (sound goes on), `play` goes on. Ends when
it closes.
"""
import argparse
import os
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

PIPELINE = (
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=25/1 "
    "! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 bitrate=300 "
    "! valve name=gate ! rtph264pay name=pay0 pt=96 config-interval=1 "
)
SOUND = "audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay1 "


class Camera:
    def __init__(self, options):
        self.gates = []
        self.is_stalled = False
        server = GstRtspServer.RTSPServer()
        server.set_address("127.0.0.1")
        server.set_service(str(options.port))
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(PIPELINE + (SOUND if options.audio else "") + ")")
        factory.set_shared(True)
        factory.connect("media-configure", self.configure)
        if options.user:
            self.protect(server, factory, options)
        server.get_mount_points().add_factory("/stream", factory)
        server.attach(None)
        self.server = server
        print("port", server.get_bound_port(), flush=True)

    def protect(self, server, factory, options):
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "user")
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(options.user, options.password, token)
        server.set_auth(auth)
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("user", "media.factory.access", True)
        permissions.add_permission_for_role("user", "media.factory.construct", True)
        factory.set_permissions(permissions)

    def configure(self, _, media):
        gate = media.get_element().get_by_name("gate")
        gate.set_property("drop", self.is_stalled)
        self.gates.append(gate)

    def obey(self):
        for line in sys.stdin:
            self.is_stalled = line.strip() == "stall"
            for gate in self.gates:
                gate.set_property("drop", self.is_stalled)
            print("now", line.strip(), flush=True)
        os._exit(0)


parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--user")
parser.add_argument("--password")
parser.add_argument("--audio", action="store_true", help="sound beside the picture")
Gst.init(None)
camera = Camera(parser.parse_args())
threading.Thread(target=camera.obey, daemon=True).start()
GLib.MainLoop().run()
