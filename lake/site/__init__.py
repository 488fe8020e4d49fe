"""The page for residents: one self-contained HTML file per city, made from the public marts of a release.

`facts` reads, `shapes`, `colours`, `measures`, `charts` and `table` turn facts into what is drawn, `words` into what is
said, `packages` into what may be downloaded together; `page` puts it into the templates and writes the file. Numbers
are never computed here: the marts have them.
"""

from lake.site.page import render_page, write_page

__all__ = ["render_page", "write_page"]
