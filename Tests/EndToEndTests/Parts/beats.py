"""Sends events by the Lumberjack protocol, with pylogbeat or timbersnake, to the port given.

beats.py pylogbeat PORT COUNT [CA [CERTIFICATE KEY]]
beats.py timbersnake PORT
beats.py raw PORT HEX: sends bytes, and prints what comes back until the connection is closed or 8 s are over
beats.py bomb PORT: a compressed frame of a gigabyte of small events
"""
import asyncio
import socket
import ssl
import struct
import sys
import time
import zlib

kind, port = sys.argv[1], int(sys.argv[2])


def event(number):
    return {
        "@timestamp": "2026-11-28T09:30:00.%03dZ" % (number % 1000), "message": "camera %d lost" % number,
        "@metadata": {"beat": "filebeat", "version": "8.19.0"}, "log": {"file": {"path": "/var/log/vms.log"}},
        "fields": {"component": "recording"}, "number": number, "tags": ["vms"],
    }


def converse(data, seconds):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.settimeout(seconds)
        got = b""
        try:
            connection.sendall(data)
            while piece := connection.recv(65536):
                got += piece
        except socket.timeout:
            print("open", flush=True)
        except OSError:
            pass
        print("got", got.hex(), flush=True)


if kind == "pylogbeat":
    from pylogbeat import PyLogBeatClient

    options = {}
    if len(sys.argv) > 4:
        options = {"ssl_enable": True, "ca_certs": sys.argv[4]}
    if len(sys.argv) > 6:
        options |= {"certfile": sys.argv[5], "keyfile": sys.argv[6]}
    client = PyLogBeatClient("127.0.0.1", port, timeout=20, **options)
    count = int(sys.argv[3])
    try:
        client.connect()
        for start in range(0, count, 2048):
            client.send([event(number) for number in range(start, min(count, start + 2048))])
        client.close()
        print("acknowledged", count, flush=True)
    except Exception as error:
        print("failed", type(error).__name__, error, flush=True)
elif kind == "timbersnake":
    from timbersnake.client import Client

    asyncio.run(asyncio.wait_for(Client("127.0.0.1", port).send([event(1), event(2), event(3)]), 20))
    print("acknowledged 3", flush=True)
elif kind == "raw":
    converse(bytes.fromhex(sys.argv[3]), 8)
elif kind == "bomb":
    body = b'2J\0\0\0\1\0\0\0\2{}' * 1_000_000
    packed = zlib.compressobj()
    parts = [packed.compress(body) for _ in range(90)]
    data = b"".join(parts) + packed.flush()
    print("bytes", len(data), flush=True)
    converse(b"2W\0\0\0\1" + b"2C" + struct.pack("!I", len(data)) + data, 60)
