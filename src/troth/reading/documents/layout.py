"""What stands where on the pages of a PDF, as headings, paragraphs, items and rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from troth.reading.documents.chunks import chunks_of
from troth.reading.documents.grid import head_of
from troth.reading.documents.marks import BULLET, opens_item, without_bullet
from troth.reading.documents.outline import headings, ranks
from troth.reading.documents.pieces import Piece, row
from troth.reading.documents.running import without_running
from troth.reading.documents.segments import Chunk, Segment
from troth.reading.documents.side_by_side import Block, blocks_of, cells_of
from troth.reading.text import Kind

_LARGER = 1.12  # than the body, from which a size is that of a heading
_OWN_SIZE = 0.96  # of the next larger, below which a size is another
_LONGEST_HEADING = 160
_INDENT = 12.0  # points
_MOST_INDENT = 130.0


def pieces_of(
    pages: Sequence[Sequence[Segment]], sizes: Sequence[tuple[float, float]]
) -> list[Piece]:
    """The pieces of all pages; what runs along the top and bottom of the pages is left out.

    `sizes`: width and height of each page.
    """
    chunks = chunks_of(without_running(pages, sizes))
    return _ranked(list(blocks_of(chunks)), _body(chunks))


def _body(chunks: Sequence[Chunk]) -> float:
    """The height of most characters."""
    weights: Counter[float] = Counter()
    for chunk in chunks:
        for line in chunk.lines:
            weights[round(line.height, 1)] += len(line.characters)
    return weights.most_common(1)[0][0] if weights else 10.0


def _ranked(blocks: Sequence[Block], body: float) -> list[Piece]:
    """The blocks as pieces; sizes rank the headings, or their words where all have one size."""
    levels = _by_size(
        {
            at: block
            for at, block in enumerate(blocks)
            if isinstance(block, Chunk) and _may_head(block, body, at, blocks)
        }
    )
    if not levels:
        levels = _by_words(blocks)
    bases = _bases(blocks, levels)
    shared = Counter(round(block.left) for block in blocks if isinstance(block, Chunk))
    found: list[Piece] = []
    lefts: list[float] = []
    tables = 0
    for at, block in enumerate(blocks):
        if not isinstance(block, Chunk):
            tables += 1
            grid = cells_of(block)
            heads = head_of(grid) or all(chunk.bold for chunk in block[0])
            for position, line in enumerate(grid):
                found.append(
                    Piece(Kind.ROW, row(line), table=tables, heads=heads and position == 0)
                )
            continue
        characters = block.characters
        if at in levels:
            found.append(Piece(Kind.HEADING, characters, levels[at]))
            lefts.clear()
        elif opens_item(characters) or (
            _indented(block, bases) and (lefts or shared[round(block.left)] > 1 or _leads(found))
        ):
            found.append(Piece(Kind.ITEM, without_bullet(characters), _depth(lefts, block.left)))
        else:
            lefts.clear()
            found.append(Piece(Kind.PARAGRAPH, characters))
    return found


def _bases(blocks: Sequence[Block], levels: Mapping[int, int]) -> list[float]:
    """Where the lines of running text begin: those of headings, and the commonest."""
    weights: Counter[float] = Counter()
    heads: set[float] = set()
    for at, block in enumerate(blocks):
        if isinstance(block, Chunk):
            weights[round(block.left)] += len(block.characters)
            if at in levels:
                heads.add(round(block.left))
    return sorted(heads | {left for left, _ in weights.most_common(1)})


def _indented(chunk: Chunk, bases: Sequence[float]) -> bool:
    """Whether a block stands right of where text begins, as the items of a list do."""
    before = [base for base in bases if base <= chunk.left + 2]
    return bool(before) and _INDENT <= chunk.left - before[-1] <= _MOST_INDENT


def _leads(found: Sequence[Piece]) -> bool:
    """Whether a list may follow what was found last."""
    return bool(found) and (found[-1].kind is Kind.HEADING or found[-1].characters.endswith(":"))


def _by_size(heads: Mapping[int, Chunk]) -> dict[int, int]:
    """The rank of each heading: the larger the higher, bold before light."""
    sizes: list[float] = []
    for height in sorted({chunk.height for chunk in heads.values()}, reverse=True):
        if not sizes or height < _OWN_SIZE * sizes[-1]:
            sizes.append(height)
    styles = {
        at: (next(size for size in reversed(sizes) if size >= chunk.height), chunk.bold)
        for at, chunk in heads.items()
    }
    order = sorted(set(styles.values()), key=lambda style: (-style[0], -style[1]))
    return {at: min(order.index(style) + 1, 6) for at, style in styles.items()}


def _depth(lefts: list[float], left: float) -> int:
    while lefts and lefts[-1] > left + 3:
        lefts.pop()
    if not lefts or lefts[-1] < left - 3:
        lefts.append(left)
    return len(lefts)


def _may_head(chunk: Chunk, body: float, at: int, blocks: Sequence[Block]) -> bool:
    characters = chunk.characters
    if len(characters) > _LONGEST_HEADING or BULLET.match(characters) or at + 1 >= len(blocks):
        return False
    if chunk.height > _LARGER * body:
        return True
    return chunk.bold and not characters.endswith((".", ";", ","))


def _by_words(blocks: Sequence[Block]) -> dict[int, int]:
    lines = [
        block.characters if isinstance(block, Chunk) else "a table stands here." for block in blocks
    ]
    found = headings(lines, [True] * len(lines))
    styles = list(found.values())
    levels = ranks(styles, titled=next(iter(found), -1) == 0)
    return dict(zip(found, levels, strict=True))
