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
            pictures[f"aligned/{name}_aligned.jpg"] = jpeg(i % 250)
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


def png(image):
    return cv2.imencode(".png", image)[1].tobytes()


def make_picture(path, value=100, height=60, width=60):
    """A plain picture file; the parent folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png(np.full((height, width, 3), value, np.uint8)))
    return path


def make_rafdb_compound(root, train=44, test=11):
    base = root / "compound"
    (base / "EmoLabel").mkdir(parents=True)
    lines = []
    for split, count in (("train", train), ("test", test)):
        for i in range(1, count + 1):
            name = f"{split}_{i:04d}"
            lines.append(f"{name}.jpg {(i - 1) % 11 + 1}")
            make_picture(base / "Image/aligned" / f"{name}_aligned.jpg", i, 100, 100)
    (base / "EmoLabel" / "list_patition_label.txt").write_text("\n".join(lines))
    return root


def make_fer2013_folders(root, names=("Training", "PublicTest", "PrivateTest"), each=2):
    """`train/angry/Training_0.jpg` and so on: `each` pictures a class and usage."""
    for usage in names:
        for value, folder in enumerate(labels.FER2013_FOLDERS):
            for i in range(each):
                part = "train" if usage.lower().startswith("train") else "test"
                make_picture(root / part / folder / f"{usage}_{i}.png", 30 * value + i, 48, 48)
    return root


FRAME = (480, 640)


def frame_with_bright_face(value, gray=False):
    """A dark frame with a bright square where a face would be: at 300..400, 150..250."""
    image = np.full((*FRAME, 3), 10, np.uint8)
    image[150:250, 300:400] = value
    return image[:, :, 0] if gray else image


def find_bright(image):
    """Box of what is bright, as a face finder would give it."""
    rows, columns = np.nonzero(image[:, :, 0] > 50)
    if not len(rows):
        return None
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def make_ckplus_sequences(root, numbers=(7, 1, 2), frames=6):
    """Subject i shows expression numbers[i - 1]; a sequence without a label beside each."""
    for subject, number in enumerate(numbers, 1):
        for sequence in (1, 2):
            stem = f"S{subject:03d}/{sequence:03d}"
            folder = root / "cohn-kanade-images" / stem
            folder.mkdir(parents=True)
            (folder / ".DS_Store").write_bytes(b"")
            for frame in range(1, frames + 1):
                name = f"S{subject:03d}_{sequence:03d}_{frame:08d}.png"
                (folder / name).write_bytes(png(frame_with_bright_face(100 + frame)))
            (root / "Emotion" / stem).mkdir(parents=True)
        name = f"S{subject:03d}_001_{frames:08d}_emotion.txt"
        file = root / "Emotion" / f"S{subject:03d}" / "001" / name
        file.write_text(f"   {number:.7e}\n")
    return root


EXPW_LINES = (
    "angry_actor_1.jpg 0 150 300 400 250 76.2 0",
    "group_2.jpg 0 150 300 400 250 50.1 3",
    "group_2.jpg 1 0 0 60 60 33.0 6",
)


def make_expw(root, lines=EXPW_LINES):
    (root / "label").mkdir(parents=True)
    (root / "label" / "label.lst").write_text("\n".join(lines) + "\n")
    (root / "image" / "origin").mkdir(parents=True)
    for line in lines:
        frame = frame_with_bright_face(200)
        (root / "image" / "origin" / line.split()[0]).write_bytes(png(frame))
    return root


AFFECTNET_HEADER = (
    "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,"
    "expression,valence,arousal"
)


def make_affectnet(root, training=range(11), validation=range(11), header=True):
    """A picture for each number of an expression in the two lists; 8 to 10 are no expression."""
    lists = root / "Manually_Annotated_file_lists"
    lists.mkdir(parents=True)
    images = root / "Manually_Annotated" / "Manually_Annotated_Images"
    for file, numbers in (("training", training), ("validation", validation)):
        rows = [AFFECTNET_HEADER] if header or file == "training" else []
        for i, number in enumerate(numbers):
            name = f"{i % 3 + 1}/{file}{i:04d}.png"
            rows.append(f"{name},300,150,100,100,1.5;2.5;3.5;4.5,{number},-0.2,0.3")
            path = images / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(png(frame_with_bright_face(150 + number)))
        (lists / f"{file}.csv").write_text("\n".join(rows) + "\n")
    return root


def make_sfew(root, aligned=False, each=10):
    for part in ("Train", "Val"):
        place = root / part / f"{part}_Aligned_Faces" if aligned else root / part
        for value, folder in enumerate(labels.SFEW):
            for i in range(each if part == "Train" else 1):
                path = place / folder / f"Film_{i:09d}_{value}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                face = np.full((181, 143, 3), 100 + value, np.uint8)
                path.write_bytes(png(face if aligned else frame_with_bright_face(100 + value)))
    return root


def make_folder(root, names, each=10, side=60):
    for value, name in enumerate(names):
        for i in range(each):
            make_picture(root / name / f"{i}.png", 20 * value + 5, side, side)
    return root
