"""The menu bar."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, SignalInstance
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from csqa.messages import Language
from ui.actions import Group
from ui.desk import Desk
from ui.theme import Scheme

_APART = frozenset({"open-workspace", "quit"})


def build_menus(window: QMainWindow, desk: Desk, language_told: SignalInstance, scheme_told: SignalInstance) -> None:
    """Fill the menu bar of ``window``; what is chosen under Settings goes out by the two signals."""
    translate = QCoreApplication.translate
    bar = window.menuBar()
    titles = {
        Group.FILE: translate("menus", "文件(&F)"),
        Group.PLAY: translate("menus", "播放(&P)"),
        Group.VIEW: translate("menus", "查看(&V)"),
    }
    for group, title in titles.items():
        menu = bar.addMenu(title)
        for action in desk.actions.of(group):
            if action.objectName() in _APART:
                menu.addSeparator()
            menu.addAction(action)
    settings = bar.addMenu(translate("menus", "设置(&S)"))
    languages = {Language.CHINESE: "中文", Language.ENGLISH: "English"}
    _choices(settings.addMenu("语言 Language"), languages, desk.language, language_told)
    schemes = {
        Scheme.LIGHT: translate("menus", "浅色"),
        Scheme.DARK: translate("menus", "深色"),
        Scheme.SYSTEM: translate("menus", "跟随系统"),
    }
    _choices(settings.addMenu(translate("menus", "主题")), schemes, desk.theme.scheme, scheme_told)
    bar.addMenu(translate("menus", "帮助(&H)")).addActions(list(desk.actions.of(Group.HELP)))


def _choices(
    menu: QMenu, texts: Mapping[Language, str] | Mapping[Scheme, str], chosen: object, told: SignalInstance
) -> None:
    group = QActionGroup(menu)
    for value, text in texts.items():
        action = QAction(text, group)
        action.setCheckable(True)
        action.setChecked(value is chosen)
        action.triggered.connect(lambda _=False, value=value: told.emit(value))
        menu.addAction(action)
