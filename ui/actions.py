"""Everything that can be done, once: its words, its keys and its icon. Menus, buttons and the F1 sheet read it here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from ui.icons import icon
from ui.theme import Theme


class Group(StrEnum):
    """The menus."""

    FILE = "file"
    PLAY = "play"
    VIEW = "view"
    HELP = "help"


@dataclass(frozen=True)
class Verb:
    """Something that can be done. ``keys`` as Qt writes them; ``in_call`` only while a call is open."""

    name: str
    text: str
    keys: tuple[str, ...]
    group: Group
    icon: str = ""
    in_call: bool = False


def verbs() -> tuple[Verb, ...]:
    """Return all verbs in the language in use."""
    translate = QCoreApplication.translate
    file, play, view = Group.FILE, Group.PLAY, Group.VIEW
    return (
        Verb("import-files", translate("actions", "导入录音…"), ("Ctrl+O",), file, "import"),
        Verb("import-folder", translate("actions", "导入文件夹…"), ("Ctrl+Shift+O",), file, "folder"),
        Verb("import-samples", translate("actions", "导入样例"), (), file, "sample"),
        Verb("open-workspace", translate("actions", "打开工作区…"), ("Ctrl+Shift+W",), file),
        Verb("quit", translate("actions", "退出"), ("Ctrl+Q",), file),
        Verb("play", translate("actions", "播放 / 暂停"), ("Space",), play, "play", in_call=True),
        Verb("replay", translate("actions", "重听 3 秒"), ("Z",), play, "replay", in_call=True),
        Verb("back", translate("actions", "后退 5 秒"), ("J", "Left"), play, in_call=True),
        Verb("pause", translate("actions", "暂停"), ("K",), play, "pause", in_call=True),
        Verb("forward", translate("actions", "前进 5 秒"), ("L", "Right"), play, in_call=True),
        Verb("next-finding", translate("actions", "下一条发现"), ("N",), play, "next", in_call=True),
        Verb("previous-finding", translate("actions", "上一条发现"), ("P",), play, "previous", in_call=True),
        Verb("zoom-in", translate("actions", "放大波形"), ("Ctrl+=", "Ctrl++"), view, "zoom-in", in_call=True),
        Verb("zoom-out", translate("actions", "缩小波形"), ("Ctrl+-",), view, "zoom-out", in_call=True),
        Verb("zoom-fit", translate("actions", "显示整通电话"), ("Ctrl+0",), view, "fit", in_call=True),
        Verb("close-call", translate("actions", "返回列表"), ("Esc",), view, "back", in_call=True),
        Verb("search", translate("actions", "搜索通话内容"), ("Ctrl+F",), view, "search"),
        Verb("shortcuts", translate("actions", "快捷键一览"), ("F1",), Group.HELP, "keyboard"),
        Verb("about", translate("actions", "关于 CSQA"), (), Group.HELP, "info"),
    )


class Actions(QObject):
    """The verbs as Qt's actions, by name."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        """Make the actions in the language in use; those of a call begin disabled."""
        super().__init__(parent)
        self._theme = theme
        self._verbs = {verb.name: verb for verb in verbs()}
        self._actions = {verb.name: self._action(verb) for verb in self._verbs.values()}
        theme.changed.connect(self._dress)
        self.open_call(False)

    def __getitem__(self, name: str) -> QAction:
        """Return the action ``name``. Raises KeyError where there is none."""
        return self._actions[name]

    def of(self, group: Group) -> Iterable[QAction]:
        """Return the actions of a menu, in order."""
        return (self._actions[name] for name, verb in self._verbs.items() if verb.group is group)

    def keys_of(self, name: str) -> str:
        """Return an action's first key as it is written on this system."""
        return shown_keys(self._verbs[name])[0] if self._verbs[name].keys else ""

    def open_call(self, is_open: bool) -> None:
        """Allow what needs an open call, or forbid it."""
        for name, verb in self._verbs.items():
            if verb.in_call:
                self._actions[name].setEnabled(is_open)

    def _action(self, verb: Verb) -> QAction:
        action = QAction(verb.text, self)
        action.setObjectName(verb.name)
        action.setShortcuts([QKeySequence(key) for key in verb.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if verb.name == "quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
        if verb.name == "about":
            action.setMenuRole(QAction.MenuRole.AboutRole)
        if verb.icon:
            action.setIcon(icon(self._theme, verb.icon))
        return action

    def _dress(self) -> None:
        for name, verb in self._verbs.items():
            if verb.icon:
                self._actions[name].setIcon(icon(self._theme, verb.icon))


def shown_keys(verb: Verb) -> tuple[str, ...]:
    """Return a verb's keys as they are written on this system."""
    written = QKeySequence.SequenceFormat.NativeText
    return tuple(QKeySequence(key).toString(written) for key in verb.keys)
