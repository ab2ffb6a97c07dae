"""What axe-core finds wrong with a page: names for screen readers, contrast, roles (WCAG 2.1, A and AA)."""

import pytest


def faults(page):
    """Return one line for each fault, empty when there is none; a test without axe-core is skipped."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}).response["violations"]
    return {f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]}
