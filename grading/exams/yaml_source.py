"""YAML (and JSON) text as plain data that keeps every scalar as it was written, with its line.

``answer: 007``, ``answer: 1e3`` and ``answer: yes`` mean what the teacher typed: PyYAML's resolver
would make 7, a string and True of them. So the text is only composed, never constructed.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

import yaml

Place = tuple[str | int, ...]
Plain = str | None | list["Plain"] | dict[str, "Plain"]

MAX_DEPTH = 12
MAX_NODES = 60_000


class SourceFault(ValueError):
    """The text cannot be read as plain data; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Source:
    """The data of a file and the line of each place in it."""

    data: Plain
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """The line of a place, or of the closest place around it that stands in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_source(text: str) -> Source:
    """Composes ``text``; SourceFault for bad syntax, aliases, tags, double keys and excessive nesting."""
    refuse_control_characters(text)
    if text.lstrip().startswith("{"):
        text = text.replace("\t", " ")  # JSON may be indented by tabs, YAML may not; strings cannot hold them
    try:
        _scan(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as problem:
        raise _syntax_fault(problem) from problem
    if root is None:
        raise SourceFault(1, "the file is empty")
    lines: dict[Place, int] = {}
    return Source(_plain(root, (), lines), lines)


def refuse_control_characters(text: str) -> None:
    """SourceFault at the first control character other than a tab or a line end."""
    for number, line in enumerate(text.split("\n"), start=1):
        for sign in line:
            if unicodedata.category(sign) == "Cc" and sign not in "\t\r":
                raise SourceFault(number, f"contains the control character U+{ord(sign):04X}; remove it")


def _scan(text: str) -> None:
    """Refuses what could blow up before any tree is built: aliases, depth and sheer number of tokens."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise SourceFault(line, "anchors and aliases (& and *) are not allowed; write the value out")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise SourceFault(line, f"nested more than {MAX_DEPTH} levels deep")
        if count > MAX_NODES:
            raise SourceFault(line, f"has more than {MAX_NODES} entries")


def _syntax_fault(problem: yaml.YAMLError) -> SourceFault:
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    words = getattr(problem, "problem", None) or "is not YAML"
    hint = "; put quotes around text that holds : # { [ or starts with a sign"
    return SourceFault(mark.line + 1 if mark else 1, f"is not valid YAML: {words}{hint}")


def _plain(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Plain:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*place, i), lines) for i, child in enumerate(node.value)]
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return _joined_surrogates(str(node.value))


def _mapping(node: yaml.MappingNode, place: Place, lines: dict[Place, int]) -> dict[str, Plain]:
    data: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise SourceFault(line, "a key must be a word")
        key = str(key_node.value)
        if key in data:
            raise SourceFault(line, f'the key "{key}" is there twice (first on line {lines[(*place, key)]})')
        data[key] = _plain(value_node, (*place, key), lines)
        lines[(*place, key)] = line
    return data


def _joined_surrogates(text: str) -> str:
    """JSON writes emoji as two ``\\u`` escapes, which PyYAML leaves as two halves."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
