"""Signs that Word stores as places in a picture font."""

_GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
_SYMBOL = {
    **{0x41 + at: letter for at, letter in enumerate(_GREEK)},
    **{0x61 + at: letter for at, letter in enumerate("αβχδεφγηιϕκλμνοπθρστυϖωξψζ")},
    0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB3: "≥",
    0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xD7: "⋅", 0xDE: "⇒", 0xE5: "∑", 0x2D: "−", 0x25: "%",
}  # fmt: skip
_WINGDINGS = {
    0x28: "☎", 0x46: "☞", 0x52: "☑", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "□", 0x72: "□", 0x75: "◆",
    0x76: "❖", 0x77: "◆", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "□", 0xAB: "★", 0xB2: "✩", 0xD8: "➢", 0xE0: "→",
    0xDF: "←", 0xE8: "→", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    **{0x80 + n: chr(0x24EA if n == 0 else 0x245F + n) for n in range(11)},
    **{0x8B + n: chr(0x24FF if n == 0 else 0x2775 + n) for n in range(11)},
}  # fmt: skip
_WINGDINGS_2 = {0x50: "✓", 0x4F: "✗", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□", 0x2A: "□"}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}
_PRIVATE = range(0xE000, 0xF900)


def symbol(font: str, code: str) -> str | None:
    """Return the character for a place in a font, given in hexadecimal digits, or None where it is not known."""
    try:
        place = int(code, 16)
    except ValueError:
        return None
    table = _FONTS.get(font.strip().lower())
    if table is not None:
        return table.get(place & 0xFF)
    return chr(place) if 0x20 <= place <= 0xFFFF and place not in _PRIVATE else None
