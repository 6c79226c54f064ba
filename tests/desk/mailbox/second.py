"""A second real IMAP server, Debian's dovecot, started for a test with IMAP over implicit TLS."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwuid

import pytest
from imapclient import IMAPClient

from desk.mailbox.post import PASSWORD, USER, Server, make_certificate, wait_for

CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {user}
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail
mail_uid = {mail}
mail_gid = {mail}
first_valid_uid = 0
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={mail} gid={mail} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@contextmanager
def dovecot(folder: Path) -> Iterator[Server]:
    """The server, until the block ends; the test is skipped aloud where it is not installed."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("Debian's dovecot-imapd is not installed")
    authority = make_certificate(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    root, own = os.geteuid() == 0, getpwuid(os.geteuid()).pw_name
    values = {
        "folder": folder,
        "port": port,
        "user": "dovecot" if root else own,
        "mail": "mail" if root else own,  # dovecot refuses its own users as owners of mails
    }
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    (folder / "mail").mkdir()
    if root:  # its processes are others' and have to reach their files
        shutil.chown(folder / "mail", "mail", "mail")
        for above in (folder, *folder.parents[:-1]):
            above.chmod(above.stat().st_mode | 0o011)
        (folder / "users").chmod(0o644)
    (folder / "dovecot.conf").write_text(CONFIGURATION.format(**values))
    process = subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")])
    try:
        wait_for(port, process)
        context = ssl.create_default_context(cadata=authority)
        with IMAPClient("localhost", port, ssl=True, ssl_context=context) as client:
            client.login(USER, PASSWORD)
            yield Server(port, authority, client)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
