"""A PostgreSQL of its own in the folder given, reached by a socket in it alone; ends with its standard input.

Prints "postgres" and how it is reached. Root, as whom it refuses to run, starts it as the user of Debian's package.
"""
import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys

folder = sys.argv[1]
programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
data = folder + "/data"
os.makedirs(data, mode=0o700)
become = {}
if os.getuid() == 0:
    user = pwd.getpwnam("postgres")
    for path in (folder, data):
        os.chown(path, user.pw_uid, user.pw_gid)
    become = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
quiet = {"stdout": subprocess.DEVNULL, "cwd": folder}
subprocess.run(
    [programs + "/initdb", "-D", data, "-A", "trust", "-U", "vms", "-E", "UTF8", "--no-sync"], check=True, **quiet, **become)
server = subprocess.Popen(
    [programs + "/postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"], **quiet, **become)
while subprocess.run([programs + "/pg_isready", "-h", folder], stdout=subprocess.DEVNULL).returncode != 0:
    if server.poll() is not None:
        sys.exit("postgres ended")
print(f"postgres host={folder} user=vms dbname=postgres", flush=True)
sys.stdin.read()
server.send_signal(signal.SIGINT)
server.wait()
