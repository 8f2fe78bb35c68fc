"""Prints the extended attributes below a directory as JSON: Node has no call that reads them."""

import json
import os
import sys

top = os.fsencode(sys.argv[1])


def text(path):
    try:
        return path.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(b) if b < 0x80 else "\\x%02x" % b for b in path)


def attributes(path):
    names = os.listxattr(path, follow_symlinks=False)
    return {name: os.getxattr(path, name, follow_symlinks=False).hex() for name in names}


found = {}
for directory, directories, files in os.walk(top):
    for path in [directory] + [os.path.join(directory, name) for name in directories + files]:
        values = attributes(path)
        if values:
            found[text(path[len(top):]) or "/"] = values
json.dump(found, sys.stdout)
