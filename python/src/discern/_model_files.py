"""A model's files, and how they are sent to other machines."""

import hashlib
import json
import os
import zipfile

from ._errors import DiscernError

MANIFEST = "manifest.json"


def digest(path):
    """A model's SHA-256: for a folder its manifest's, which contains those of all its files."""
    folder = os.path.isdir(path)
    try:
        with open(os.path.join(path, MANIFEST) if folder else path, "rb") as file:
            found = hashlib.sha256()
            for part in iter(lambda: file.read(1 << 20), b""):
                found.update(part)
    except FileNotFoundError:
        text = f"{path} is not a model: it holds no {MANIFEST}" if folder else f"{path} does not exist"
        raise DiscernError(f"{text}; name the folder that training wrote, or a packed file", 66) from None
    return found.hexdigest()


def pack(path, archive):
    """Writes a model's files, and no others of its folder, as a zip archive of a folder."""
    with zipfile.ZipFile(archive, "w") as written:
        if not os.path.isdir(path):
            written.write(path, "model.discern")
            return
        with open(os.path.join(path, MANIFEST), "rb") as file:
            try:
                names = list(json.load(file)["files"])
            except (ValueError, KeyError, TypeError):
                raise DiscernError(f"{path} is not a model: its {MANIFEST} lists no files", 65) from None
        for name in [MANIFEST, "manifest.sha256", *names]:
            if os.path.basename(name) != name:
                raise DiscernError(f"{path} is not a model: its {MANIFEST} lists “{name}”", 65)
            if name in names and not os.path.exists(os.path.join(path, name)):
                raise DiscernError(f"{path}/{name} is missing, though the manifest lists it; copy the whole folder again", 66)
            if os.path.exists(os.path.join(path, name)):
                written.write(os.path.join(path, name), name)


def unpacked(folder):
    """The model in a folder that was made from such an archive."""
    packed = os.path.join(folder, "model.discern")
    return packed if os.path.exists(packed) else folder
