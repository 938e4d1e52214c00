"""Reads streams with aiortsp for a while; prints what that cost as JSON. aiortsp_reader.py PORT COUNT SECONDS"""
import asyncio
import json
import resource
import sys
import time

from aiortsp.rtsp.reader import RTSPReader

port, count, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
frames = 0


async def watch(number):
    global frames
    async with RTSPReader(f"rtsp://127.0.0.1:{port}/cam-{number}") as reader:
        async for packet in reader.iter_packets():
            if packet.m:
                frames += 1


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def main():
    tasks = [asyncio.create_task(watch(number)) for number in range(count)]
    while frames < count:
        await asyncio.sleep(0.2)
    await asyncio.sleep(2)
    before, start, seen = cpu(), time.monotonic(), frames
    await asyncio.sleep(seconds)
    print(
        json.dumps(
            {
                "cpu": cpu() - before,
                "wall": time.monotonic() - start,
                "frames": frames - seen,
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        ),
        flush=True,
    )
    for task in tasks:
        task.cancel()


asyncio.run(main())
