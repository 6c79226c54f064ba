"""Small random worlds (policy, map, rows, facts, instant) on which implementations agree."""

from worlds.strategies import world_of, worlds
from worlds.world import ColumnType, PhysicalKey, PhysicalTable, World

__all__ = ["ColumnType", "PhysicalKey", "PhysicalTable", "World", "world_of", "worlds"]
