"""The gateway to `recognition`: the only package of the service that imports it.

Its functions import lazily, so that the web process loads neither OpenCV nor ONNX Runtime: it calls none but
`installed_reader`, which needs neither.
"""

from grading.scans.gateway.facts import BoxToRead, FileFacts, GivenCode, MachineReading, PageFacts
from grading.scans.gateway.files import extract_member, inspect_file, page_image
from grading.scans.gateway.installed import installed_reader
from grading.scans.gateway.likeness import ink_grid
from grading.scans.gateway.pages import alignment_version, process, same_writing
from grading.scans.gateway.reading import read

__all__ = [
    "BoxToRead",
    "FileFacts",
    "GivenCode",
    "MachineReading",
    "PageFacts",
    "alignment_version",
    "extract_member",
    "ink_grid",
    "inspect_file",
    "installed_reader",
    "page_image",
    "process",
    "read",
    "same_writing",
]
