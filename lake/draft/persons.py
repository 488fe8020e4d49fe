"""Columns that may identify a person or household, by their name or by what their texts look like.

Only a suspicion: the draft asks. Values of a suspected column stand nowhere in a draft.
"""

import re
from collections.abc import Callable

_NAMES = re.compile(
    r"(^|_)(household|person|customer|client|patient|pupil|student|employee|user|member|resident|owner|tenant|driver|"
    r"account|meter|mac|mprn|mpan|lclid|nhs|nino|ssn|passport|phone|telephone|mobile|email|e_mail|postcode|zip|address|"
    r"saon|paon|street|birth|dob|age|gender|sex|ethnicity|forename|surname|first_name|last_name|full_name|device|imei|"
    r"uprn|registration|plate|vrm|iban|card)(_|$)"
)
_SHAPES = {
    "an e-mail address": r"[^@\s]+@[^@\s]+\.[A-Za-z]+",
    "a telephone number": r"\+\d[\d ]{7,}\d|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}",
    "a postcode of few homes": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "a hardware address": r"([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}",
    "a network address": r"(\d{1,3}\.){3}\d{1,3}",
    "a bank account": r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}",
}
_NUMBER_OF_ONE = r"[A-Za-z]{1,5}\d{5,}"


def suspicion(name: str, all_fit: Callable[[str], bool]) -> str | None:
    """Why a column of labels with this lake name may identify somebody; None where nothing says so."""
    if found := _NAMES.search(name) or _NAMES.search(name.replace("_", "")):
        return f"its name says {found[2]}"
    if "code" not in name and all_fit(_NUMBER_OF_ONE):
        return "its texts look like numbers of single things or persons"
    return next((f"its texts look like {what}" for what, regex in _SHAPES.items() if all_fit(regex)), None)
