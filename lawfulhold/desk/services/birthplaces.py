"""Birthplaces as jails write them: in capitals, with a postal code, in Spanish, a city alone. Which name the United States, which another country, and
which leave it open, so that somebody has to ask."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from lawfulhold.sources.vocabulary import pattern_file

_OF_THE_US = (
    "new mexico|puerto rico|guam|u ?s virgin islands|american samoa|northern mariana islands|saipan|united states|u ?s ?a|us|e ?u ?a|estados unidos|ee ?uu|"
    "nueva york|nueva jersey|nuevo mexico|nuevo hampshire|carolina del (?:norte|sur)|dakota del (?:norte|sur)|virginia occidental|pensilvania|luisiana|misuri|"
    "misisipi|tejas|hawai|filadelfia|nueva orleans|distrito de columbia"
)
_ELSEWHERE = (
    "england|scotland|wales|great britain|inglaterra|reino unido|uk|ussr|urss|soviet union|mx|mex|gt|hn|sv|distrito federal|brasil|espana|republica dominicana|"
    "belice|canada|filipinas|alemania|francia|italia|rusia|ucrania|polonia|marruecos|egipto|turquia|japon|corea|haiti|hong kong|north korea|palestine|bosnia|"
    "myanmar|trinidad|ivory coast|cabo verde|iceland|luxembourg|madagascar|maldives|malta|mauritius|qatar|bahrain|oman|brunei|lesotho|kiribati|tuvalu|nauru|"
    "seychelles|comoros|burkina faso|eswatini|timor|vanuatu|solomon islands|british virgin islands|republic of georgia"
)
_OF_MEXICO = re.compile(r"\b(?:baja california(?: sur)?|estados unidos mexicanos|united mexican states)\b")
_SPANISH_NAMES = ("san ", "santa ", "santo ")
"""Cities of these names lie on both sides of the border: alone they leave it open."""


def plain(words: str) -> str:
    """Small letters without accents and dots; every other mark but a comma is a space."""
    letters = unicodedata.normalize("NFKD", words).casefold().replace(".", "")
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w,]+", " ", re.sub(r"[/;()]", ",", kept)).replace(" ,", ",").split()).strip(", ")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], frozenset[str]]:
    """What names the United States anywhere; what does so at the end; the countries; and the words for the people of a country."""
    places, countries = pattern_file("places"), pattern_file("nationalities")
    states = [plain(state["name"]) for state in places["states"].values() if state["name"] != "Georgia"]
    cities = [plain(city) for city in places["cities"] if not plain(city).startswith(_SPANISH_NAMES)]
    codes = {code.casefold() for code in places["states"]} | {"pr", "gu", "vi", "as", "mp"}
    codes |= {plain(word) for state in places["states"].values() for word in state["also"]}
    anywhere = re.compile(rf"\b(?:{'|'.join([_OF_THE_US, *states, *cities])})\b")
    at_end = re.compile(rf"(?:^|[, ])(?:{'|'.join(sorted(codes))})(?: \d{{5}}(?: \d{{4}})?)?$|[\w,] georgia$")
    named = [plain(country) for country in countries if country != "Georgia"]
    peoples = frozenset(plain(word) for words in countries.values() for word in words)
    return anywhere, at_end, re.compile(rf"\b(?:{'|'.join([_ELSEWHERE, *named])})\b"), peoples


@cache
def country_of(birthplace: str) -> str:
    """`us` for a birthplace in the United States or its territories, `abroad` for one that names another country, '' for one that leaves it open.

    What may be in the United States is: a state or its code, a city known by its name alone. Only a country named last, or named without any of these,
    is another one. Georgia alone may be the state or the country.
    """
    anywhere, at_end, elsewhere, peoples = _patterns()
    text = _OF_MEXICO.sub("mexico", plain(birthplace)).replace("rio colorado", "rio")
    without = anywhere.sub("#", text)
    last = list(elsewhere.finditer(without))
    if last and last[-1].end() == len(without):
        return "abroad"
    if "#" in without or at_end.search(text):
        return "us"
    return "abroad" if last or text in peoples else ""


def born_in_the_us(birthplace: str) -> bool:
    """Does a birthplace, as written in the agency's own file, lie in the United States, as far as one can tell?"""
    return country_of(birthplace) == "us"
