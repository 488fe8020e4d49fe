"""Drafts of what a new dataset needs: contract, suite and staging model, from one file of a known format.

Everything that the file itself shows is filled in; what only people know (units, meanings, terms, whose data it is)
is left as a question in its place (`lake.questions`). `draft_dataset` looks at the file, `write_draft` writes.
"""

from lake.draft.dataset import Draft, draft_dataset
from lake.draft.files import write_draft

__all__ = ["Draft", "draft_dataset", "write_draft"]
