"""Listens on a free port of the loopback, says which, and hands the socket to a command as systemd does: started again
each time that it ends, until this is told SIGTERM.

    socket-launcher.py PROGRAM ARGUMENT...
"""
import os
import signal
import socket
import subprocess
import sys

listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(64)
print("port", listening.getsockname()[1], flush=True)
os.dup2(listening.fileno(), 3)
child = None
ending = False


def end(*_):
    global ending
    ending = True
    child.send_signal(signal.SIGTERM)


signal.signal(signal.SIGTERM, end)
# the shell becomes the command, so that LISTEN_PID is its own
hand_over = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'
while not ending:
    child = subprocess.Popen(["/bin/sh", "-c", hand_over, "sh", *sys.argv[1:]], pass_fds=[3])
    child.wait()
