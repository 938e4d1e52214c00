#!/usr/bin/python3
"""A recording node in a network of its own, with a camera, an agent, and an agent in place of node_exporter.

node.py WATCHPOST FOLDER   prints "ready"; FOLDER/config is the agent's configuration
Commands on standard input: `cable ADDRESS` takes the interface eth0 into use and starts the agents (prints "watching"),
`stall` and `play` stop and start the camera's picture, `kill` ends the agent of the cameras. Ends when it closes.
"""
import os
import subprocess
import sys

watchpost, folder = sys.argv[1:3]
started = []


def start(*command, **more):
    started.append(subprocess.Popen(command, **more))
    return started[-1]


def watch():
    agent = start(watchpost, "agent", "--config", folder + "/config", "--data", folder + "/data",
                  "--listen", "0.0.0.0:9090", stdin=subprocess.DEVNULL)
    start(watchpost, "agent", "--role", "api", "--config", folder + "/host", "--data", folder + "/host-data",
          "--listen", "127.0.0.1:9092", "--node-listen", "0.0.0.0:9100", stdin=subprocess.DEVNULL)
    return agent


subprocess.check_call(["ip", "link", "set", "lo", "up"])
camera = start("/usr/bin/python3", os.path.join(os.path.dirname(__file__), "camera.py"), "--port", "8554",
               stdin=subprocess.PIPE, text=True)
agent = None
print("ready", flush=True)
for line in sys.stdin:
    command, *rest = line.split()
    if command == "cable":
        subprocess.check_call(["ip", "address", "add", rest[0] + "/24", "dev", "eth0"])
        subprocess.check_call(["ip", "link", "set", "eth0", "up"])
        agent = watch()
        print("watching", flush=True)
    elif command == "kill":
        agent.kill()
        agent.wait()
        print("killed", flush=True)
    else:
        camera.stdin.write(command + "\n")
        camera.stdin.flush()
for process in started:
    process.kill()
