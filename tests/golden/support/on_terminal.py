"""Runs a command with a terminal for standard input, output and error.

    on_terminal.py [--interrupt-at TEXT] COMMAND...

Prints what the command wrote, each line with escape and carriage return made visible, then its
exit code. With --interrupt-at the command gets SIGINT once TEXT was seen.
"""

import os
import pty
import signal
import sys


def main(arguments):
    interrupt_at = None
    if arguments[0] == "--interrupt-at":
        interrupt_at, arguments = arguments[1].encode(), arguments[2:]
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm"
        os.execvp(arguments[0], arguments)
    seen = b""
    while True:
        try:
            got = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other side is closed
            break
        if not got:
            break
        seen += got
        if interrupt_at and interrupt_at in seen:
            os.kill(child, signal.SIGINT)
            interrupt_at = None
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    text = seen.decode(errors="replace").replace("\r\n", "\n")
    sys.stdout.write(text.replace("\x1b", "\\e").replace("\r", "\\r"))
    print(f"exit {code}")


main(sys.argv[1:])
