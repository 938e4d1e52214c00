#!/usr/bin/python3
"""A camera on gst-rtsp-server: 320x180 at 25 frames a second on rtsp://127.0.0.1:PORT/stream.

camera.py [--port PORT] [--user USER --password PASSWORD] [--audio] [--codec NAME] [--gop FRAMES] [--vary]   prints "port N"
Commands on standard input: `stall` keeps the connection and sends no picture (sound goes on), `play` goes on. Ends when
it closes.
"""
import argparse
import os
import random
import sys
import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

PIPELINE = (
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=25/1 "
    "! identity name=thin ! ENCODER ! valve name=gate ! PAYLOADER name=pay0 "
)
CODECS = {
    "h264": ("x264enc tune=zerolatency speed-preset=ultrafast key-int-max=GOP bitrate=300",
             "rtph264pay pt=96 config-interval=1"),
    "h265": ("x265enc tune=zerolatency speed-preset=ultrafast key-int-max=GOP bitrate=300",
             "rtph265pay pt=96 config-interval=1"),
    "jpeg": ("jpegenc", "rtpjpegpay pt=26"),
    "vp8": ("vp8enc deadline=1 keyframe-max-dist=GOP", "rtpvp8pay pt=96"),
}
SOUND = "audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay1 "


class Camera:
    def __init__(self, options):
        self.gates = []
        self.is_stalled = False
        self.thinners = []
        server = GstRtspServer.RTSPServer()
        server.set_address("127.0.0.1")
        server.set_service(str(options.port))
        factory = GstRtspServer.RTSPMediaFactory()
        encoder, payloader = CODECS[options.codec]
        # Pictures of JPEG are whole blocks in RTP.
        size = "format=I420,height=176" if options.codec == "jpeg" else "height=180"
        picture = PIPELINE.replace("height=180", size).replace("ENCODER", encoder.replace("GOP", str(options.gop)))
        factory.set_launch(picture.replace("PAYLOADER", payloader) + (SOUND if options.audio else "") + ")")
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
        self.thinners.append(media.get_element().get_by_name("thin"))

    def vary(self):
        """From 6 to 25 frames a second, as the picture is quiet or busy."""
        while True:
            for thinner in self.thinners:
                thinner.set_property("drop-probability", random.uniform(0, 0.76))
            time.sleep(2)

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
parser.add_argument("--codec", choices=sorted(CODECS), default="h264")
parser.add_argument("--gop", type=int, default=25, help="frames from one key frame to the next")
parser.add_argument("--vary", action="store_true", help="fewer frames now and then, without loss")
options = parser.parse_args()
Gst.init(None)
camera = Camera(options)
if options.vary:
    threading.Thread(target=camera.vary, daemon=True).start()
threading.Thread(target=camera.obey, daemon=True).start()
GLib.MainLoop().run()
