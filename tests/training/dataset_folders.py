"""Small folders in the layout the owners of the data sets distribute."""

import gzip
import io
import zipfile

import cv2
import numpy as np

from fervideo import labels

FERPLUS_HEADER = (
    "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
)


def jpeg(value, side=100):
    picture = np.full((side, side, 3), value, np.uint8)
    return cv2.imencode(".png", picture)[1].tobytes()


def make_rafdb(root, train=20, test=7, zipped=True):
    base = root / "basic"
    (base / "EmoLabel").mkdir(parents=True)
    (base / "Image").mkdir()
    lines, pictures = [], {}
    for split, count, digits in (("train", train, 5), ("test", test, 4)):
        for i in range(1, count + 1):
            name = f"{split}_{i:0{digits}d}"
            lines.append(f"{name}.jpg {(i - 1) % 7 + 1}")
            pictures[f"aligned/{name}_aligned.jpg"] = jpeg(i)
    (base / "EmoLabel" / "list_patition_label.txt").write_text("\n".join(lines))
    if zipped:
        with zipfile.ZipFile(base / "Image" / "aligned.zip", "w") as archive:
            for name, data in pictures.items():
                archive.writestr(name, data)
    else:
        for name, data in pictures.items():
            path = base / "Image" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
    return root


def make_fer2013(root, packed=True, votes=True):
    """Four pictures: training ones of anger and happiness, a no-face, one public, one private."""
    root.mkdir(parents=True, exist_ok=True)
    rows = [(0, 10, "Training"), (3, 20, "Training"), (4, 0, "Training")]
    rows += [(5, 30, "PublicTest"), (6, 40, "PrivateTest")]
    text = "emotion,pixels,Usage\n"
    for emotion, value, usage in rows:
        text += f"{emotion},{' '.join([str(value)] * 2304)},{usage}\n"
    if packed:
        with gzip.open(root / "fer2013.csv.gz", "wt") as file:
            file.write(text)
    else:
        (root / "fer2013.csv").write_text(text)
    if votes:
        lines = [FERPLUS_HEADER]
        lines.append("Training,a.png,0,0,0,0,5,5,0,0,0,0")  # anger and disgust, half and half
        lines.append("Training,b.png,0,10,0,0,0,0,0,0,0,0")
        lines.append("Training,,0,0,0,0,0,0,0,0,0,10")  # nobody sees a face
        lines.append("PublicTest,c.png,0,0,10,0,0,0,0,0,0,0")
        lines.append("PrivateTest,d.png,10,0,0,0,0,0,0,0,0,0")
        (root / "fer2013new.csv").write_text("\n".join(lines) + "\n")
    return root


def make_ckplus(root):
    root.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, folder in enumerate(labels.CKPLUS):
            archive.writestr(f"CK+48/{folder}/S{number:03d}_001_00000010.png", jpeg(50, 48))
    (root / "CK+48.zip").write_bytes(buffer.getvalue())
    return root
