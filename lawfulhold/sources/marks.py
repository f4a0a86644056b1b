"""A sentence with its actors, people, papers and dates marked, so that patterns can speak of <ice>, <person> and <detainer>.

`mark` finds the marks; `Marked.line` is the sentence in small letters with each of them replaced by its kind in pointed brackets. Places in the
line lead back to characters of the document.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from lawfulhold.sources.called import name_parts
from lawfulhold.sources.clean import Document
from lawfulhold.sources.dates import DateWords, find_dates, number_value
from lawfulhold.sources.vocabulary import names, one_of, pattern_file

AGENCIES = ("corrections", "sheriff", "police", "court", "jail", "localactor")
FEDERAL = ("ice", "border", "judge", "marshals", "orr", "federalcourt", "federalpolice", "prosecutor")
ACTORS = (*AGENCIES, *FEDERAL, "officers", "place")
PEOPLE = ("person", "he", "group", "they")


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` to `end` of the sentence that name one thing of a kind."""

    kind: str
    start: int
    end: int
    words: str
    data: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(slots=True)
class Marked:
    """One sentence of a document, marked."""

    document: Document
    start: int
    text: str
    marks: list[Mark]
    line: str
    paragraph: int
    number: int
    title: bool = False
    _origin: array[int] = field(default_factory=lambda: array("L"))
    _starts: dict[int, Mark] = field(default_factory=dict)

    def place(self, position: int) -> int:
        """The character of the sentence at which this place of the line begins."""
        return self._origin[min(position, len(self._origin) - 1)]

    def mark_at(self, position: int) -> Mark | None:
        """The mark whose brackets begin at this place of the line."""
        return self._starts.get(position)

    def marks_in(self, start: int, end: int) -> list[tuple[int, Mark]]:
        """The marks of the line between two places, with their places."""
        return [(position, mark) for position, mark in self._starts.items() if start <= position < end]

    def of_kind(self, *kinds: str) -> list[tuple[int, Mark]]:
        """All marks of these kinds with their places in the line, in order."""
        return [(position, mark) for position, mark in self._starts.items() if mark.kind in kinds]


@dataclass(slots=True)
class Names:
    """Short names that a report introduces in brackets, such as (MCDC), with the kind, the full name and the character of the document at which it stands."""

    known: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)


@cache
def nationality_words() -> dict[str, str]:
    """Every demonym and country name, to the country."""
    found: dict[str, str] = {}
    for country, words in pattern_file("nationalities").items():
        for word in (country, *words):
            found[word] = country
    return found


@cache
def _states() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, state in pattern_file("places")["states"].items():
        for name in (state["name"], *state["also"]):
            found[name] = code
    return found


def state_code(words: str) -> str | None:
    """The postal code of a state named in full or in news style (`Conn.`), or by its postal code; None for other words."""
    words = words.strip()
    if words in _states():
        return _states()[words]
    return words if words in pattern_file("places")["states"] else None


@cache
def words_of_field() -> dict[str, str]:
    """The named patterns that agency patterns may use."""
    capital = r"(?:(?:St|Ft|Mt)\. )?[A-ZÀ-Þ][\w'’-]*[\w]"
    places = pattern_file("places")
    not_names = "|".join(pattern_file("agencies")["not_names"])
    not_in_names = "|".join(pattern_file("agencies")["not_in_names"])
    states = names([word for word in _states() if len(word) > 2])
    return {
        "name": rf"(?-i:{capital}(?:(?: [A-Z]\.)? (?:of |and |the |de |del |la |du |des |le )?{capital}){{0,4}})",
        "place_name": rf"(?-i:(?<![\w.])(?!(?:{not_names})\b){capital}(?:(?: [A-Z]\.)? (?:of |and |de |del |la |du |des |le )?(?!(?:{not_in_names})\b){capital}){{0,4}})",
        "state": f"(?-i:{states})",
        "office": "(?-i:" + names([*places["offices"], *places["suboffices"]]) + ")",
        "iceunit": r"(?:[Ff]ield [Oo]ffice |[Ff]ugitive [Oo]perations |[Cc]riminal [Aa]pprehension |sub-?office )?(?:[Oo]fficers?|[Aa]gents?|[Oo]fficials?|[Tt]eams?|[Pp]ersonnel|deportation officers|immigration officers|authorities|special agents|representatives?|[Uu]nit|leaders|[Ff]ield [Oo]ffice)|(?:(?-i:[A-Z]\w+) )?sub-office",
        "country": names(list(pattern_file("nationalities"))),
    }


@cache
def _agency_patterns() -> list[tuple[str, re.Pattern[str]]]:
    patterns: list[tuple[str, re.Pattern[str]]] = []
    for kind, entry in pattern_file("agencies")["kinds"].items():
        if entry.get("exact"):
            patterns.append((kind, one_of([rf"(?<![\w-]){one}(?![\w-])" for one in entry["exact"]], words_of_field())))
        if entry.get("any_case"):
            patterns.append((kind, one_of([rf"(?<![\w-])(?:{one})(?![\w-])" for one in entry["any_case"]], words_of_field(), re.IGNORECASE)))
    return patterns


@cache
def _detainer() -> re.Pattern[str]:
    owner = r"(?:an?|the|its|their|his|that|this|another|any|every|each|those|these|all|both|no|two|three|four|five|six|seven|eight|nine|ten|\d+|several|multiple|previous|earlier|said)"
    agency = r"(?:(?:U\.S\. )?(?:Immigration and Customs Enforcement|ICE|ERO(?: \w+)?|DHS|federal|Enforcement and Removal Operations)(?:'s)?)"
    kind = r"(?:active|valid|new|second|civil|criminal|federal|immigration|administrative|lawful|existing|prior|formal|standing|further|additional|more|other|later|ICE|I-247A?|earlier|previous)"
    return re.compile(
        rf"(?:\b{owner} )?(?:{agency} |(?:federal |immigration )?(?:agency|government)'s )?(?:{kind} )*\bdetainers?\b(?: requests?| paperwork| notices?| forms?)?(?!-)|"
        rf"(?:\b{owner} )?(?:{agency} )?(?:immigration|ICE(?:'s)?|federal) holds?\b(?: requests?)?|"
        rf"\b(?:an?|the|its|this|that) hold requests?|"
        rf"(?:\b(?:an?|the|its) )?(?:{agency} )?(?:Forms? )?I-247(?:A|D|N|X)?(?: forms?)?\b(?! \w*detainer)|"
        rf"(?:(?<=requested )|(?<=sought )|(?<=placed )|(?<=issued )|(?<=lodged )|(?<=put )|(?<=filed ))(?:an?|the|its) hold\b(?= on\b| request| for\b| with\b| [A-Z]|[.,])|"
        rf"(?:\b{owner} )?requests? (?:from|by|of) (?:the )?(?:{agency}|(?:federal )?immigration (?:officials|authorities|agents|officers)|federal (?:officials|authorities|agents|officers)) (?:to (?:hold|keep|detain)(?: on to| onto)?(?: him| her| them)?|that (?:he|she|they) be held)|"
        rf"(?:{agency} )(?:{kind} )*requests? (?:to (?:hold|keep|detain)(?: on to| onto)?(?: him| her| them)?|that (?:he|she|they) be held)", re.IGNORECASE)


# Countries whose name is also another place's or a person's.
ALSO_PLACES = {"Georgia", "Jordan", "Chad", "Mali", "Turkey"}
_COUNTRY_NAMES = {"Bosnia", "Myanmar", "People's Republic of China", "Cabo Verde", "Democratic Republic of the Congo", "The Gambia", "Côte d'Ivoire", "The Philippines", "St. Lucia", "Trinidad", "St. Kitts and Nevis", "St. Vincent and the Grenadines", "Republic of Georgia",
                  "Türkiye"}


@cache
def _people() -> dict[str, re.Pattern[str]]:
    words = pattern_file("agencies")
    nationality = names(list(nationality_words()))
    demonym = "(?-i:" + names([word for entry in pattern_file("nationalities").values() for word in entry if word not in _COUNTRY_NAMES]) + ")"
    people = names(words["person_heads"])
    age = r"(?:(?:then[- ])?(?:\d{1,3}|[a-z]+(?:-[a-z]+)?)[- ]years?[- ]old(?!(?: \w+)? (?:warrant|charge|case|law|policy|program|order|ruling|conviction|agreement|dispute|offen[cs]e|building|facility)s?\b))"
    stop = r"(?!(?:an?|the|this|these|those|of|in|on|at|to|for|by|with|from|over|than|between|because|so|under|about|through|during|without|upon|was|were|is|are|has|had|have|who|whom|that|which|and|or|but|when|after|before|against|despite|while|into|near|as|be|been|being|not|did|ICE|ERO|it|he|she|they|his|her|its|arrested|released|convicted|charged|said|told|let)\b)"
    word = rf"(?:{stop}[A-Za-z][\w'-]*,? )"
    article = r"(?:\b(?:an?|the|one|another|that|this|second|third|first|other|unnamed|unidentified|final|same)\b (?:(?:convicted|accused|wanted|charged|already convicted) )?)"
    citizen = rf"(?:national|nationals|citizen|citizens|native)s? (?:and (?:citizen|national|native)s? )?(?:of|from) (?:the )?(?:Republic of )?(?:{nationality})"
    age_comma = r"(?:(?:,? (?:aged? |of (?:age )?)?\d{2},?(?= |\.|$)(?! (?:months?|years?|days?|weeks?|hours?|minutes?|counts?|charges?|times|percent)\b))| \((?:aged? )?\d{2}\))?"
    return {
        "person": re.compile(
            rf"(?:{article}+{word}{{0,4}}?(?:{people}),? and {word}{{0,3}}?{demonym} (?:national|citizen|native|man|woman|immigrant)\b|{article}+{word}{{0,6}}?(?:{age},? ?{word}{{0,7}}?)?(?:{citizen}|(?:(?-i:{nationality})|foreign) (?:nationals?|citizens?|natives?)\b|(?:{people})\b(?! {demonym} (?:national|citizen|man|woman)\b)(?! (?:communit\w+|journalists?|population|visa|famil\w+|neighborhoods?|rights|protection|investigation|arrest|conviction|complaint|detention|court|custody|history|record|charges?|proceedings|case|warrant|law|status|judge|detainers?|database|justice)\b))|"
            rf"{article}+{word}{{0,4}}?{age}(?:(?: {word}{{0,5}}?(?:{citizen}|{demonym} national\b|(?:{people})\b|{demonym}(?! (?:custody|police|court|authorities|government|law|officials|prison)\b)(?![\w-])))|(?! \w+-old))?|"
            rf"(?:{age},? ?){word}{{0,4}}?(?:{citizen}|{demonym} national\b|(?:{people})\b)|"
            rf"{article}+{word}{{0,3}}?(?:{demonym})(?! (?:custody|Republic|police|court|authorities|government|law|officials|prison|consul\w*|embass\w+|ambassador|president|minist\w+|border|passport|Americans?|criminal court|County|Correctional|Department|Police|Superior|District|State)\b)(?![\w-])|"
            rf"(?:^|(?<=[•;:] )|(?<=[-–] ))(?:{age} )?(?:{demonym})(?=,? \d{{2}}[,:;.]|:| \()|"
            rf"(?:^|(?<=[•;:] )|(?<=[-–] ))(?:convicted )?(?:{demonym})(?: {word}{{0,3}}?)? ?(?:national|citizen|man|woman|immigrant|noncitizen|alien)\b|"
            rf"\b(?:{citizen}))(?: (?:from|of) (?:the )?(?:{nationality})(?![\w-]))?(?! (?:County|Department|Police)\b)"
            rf"{age_comma}", re.IGNORECASE),
        "listed": re.compile(r"\b(?:One|Another|The (?:first|second|third|fourth|fifth|other|last|older|younger)|A (?:second|third|fourth|fifth))(?: (?:man|woman|person|of them|of the (?:men|two|three|four)))?,? (?:[^.;()<|]{0,30}? )?\(?(?:aged? )?(?P<age>\d{2})\b(?:,? (?:also )?(?:an? )?(?:[A-Z][\w-]+|from [A-Z][\w ]+?))?[,)]"),
        "age_only": re.compile(r"\b(?:One|Another|The (?:first|second|third|fourth|fifth|other|last)|A (?:second|third|fourth|fifth))(?: (?:man|woman|person|of them))?,? (?P<age>\d{2}),|\b(?P<he>[Hh]e|[Ss]he),? (?P<age_he>\d{2}),"),
        "ordinal": re.compile(r"\b(?:The (?:first|second|third|fourth|fifth|other|last|final)(?: (?:man|woman|person|case|individual|of them))?|(?:A|One|Another) (?:second|third|fourth|fifth|other)?(?: ?(?:man|woman|person|case|individual))?)(?= (?:is|was|involves|has|had)\b)"),
        "group": re.compile(
            rf"\b(?:(?:the|these|those|all|both|several|multiple|other|many|some|most) |(?:all |the |these |those |both |other )*(?:(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty(?:-\w+)?|thirty(?:-\w+)?|forty(?:-\w+)?|dozens?|hundreds?|thousands?|\d[\d,]*)(?: (?:of (?:the|these|those|all))?)? ?)){word}{{0,5}}?(?:{names(words['group_heads'])})\b|"
            r"\b(?:(?<!examples of )those arrested|all (?:two|three|four|five|six|seven|eight|nine|ten)(?: of (?:the|these|those|them))?(?= (?:were|are|had|have|remain))|the (?:pair|two|three|four|group)(?= (?:were|was|are|had|have|of)\b)|all (?:two|three|four|five|six|seven|eight|nine|ten)(?=[,.;])|all of them|all of whom|both(?= (?:were|had|have|are|men|women|remain|on|in|at|near|last|this)\b)|both(?=[,.;])|(?<![\w ])all(?= (?:have|had|were|are) (?:been )?\w+ed\b))", re.IGNORECASE),
        "they": re.compile(r"\b(?:they|them)\b", re.IGNORECASE),
        "he": re.compile(r"\b(?:he|she|him|himself|herself|her(?=(?:[.,;:]|$| (?:on|in|at|with|for|to|and|from|after|again|by|when|before|as|near|into|back|out|over|of|without|not|removed|deported|held|released|detained|freed|jailed|arrested|back|home|free|go|stay|leave|despite|until|that|Jan|Feb|Mar|Apr|May|June|July|Aug|Sept|Oct|Nov|Dec|\d))))\b", re.IGNORECASE),
    }


@cache
def _places() -> re.Pattern[str]:
    words = words_of_field()
    postal = "|".join(pattern_file("places")["states"])
    parts = ("north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "northern", "southern", "downtown", "central", "nearby", "suburban")
    full = names([state["name"] for state in pattern_file("places")["states"].values() if state["name"] not in {"New York", "Washington"}])
    within = "|".join(rf"(?<=\b[Ii]n {part} )" for part in parts)
    return re.compile(
        rf"(?P<city>(?!(?:ICE|ERO|CBP|DHS|MS)\b)(?!(?:{full}),){words['place_name']}),? ?(?:, )(?P<state>{words['state']}|(?:{postal})\b)(?:(?<=\.)|(?![\w-])),?|"
        rf"(?P<cap_city>[A-Z]{{3,}}(?:[ -][A-Z]{{3,}})*),? (?P<cap_state>{words['state']}|(?:{postal})\b),?(?=\s*(?:—|-))|"
        rf"(?P<dateline>^[A-Z]{{3,}}(?:[ .-]+[A-Z]{{2,}})*)(?=\s*(?:—|-|–))|"
        rf"(?P<lone_state>\b(?<!U\.)(?:{words['state']}))(?:(?<=\.)|\b)(?! (?:City|Springs|Beach|Falls|Heights|Hills|Junction|Plains)\b)|"
        rf"(?:(?<=\bin )|(?<=\bIn )|(?<=\bnear )|(?<=\bof )|{within})(?P<in_city>{words['place_name']})|"
        rf"(?P<known_city>\b(?:{names(list(pattern_file('places')['cities']))})\b)")


@cache
def _countries() -> re.Pattern[str]:
    countries = [name for name in (*pattern_file("nationalities"), *_COUNTRY_NAMES) if name not in ALSO_PLACES]
    return re.compile(rf"(?<!New )(?:\b[Tt]he )?\b(?P<country>{names(countries)})(?![\w-])(?! (?:Department|Police|County))")


@cache
def _foreign() -> re.Pattern[str]:
    demonyms = names([word for entry in pattern_file("nationalities").values() for word in entry if word not in _COUNTRY_NAMES])
    countries = names([name for name in (*pattern_file("nationalities"), *_COUNTRY_NAMES) if name not in ALSO_PLACES])
    return re.compile(rf"(?:\b[Tt]he )?\b(?P<demonym>{demonyms}) (?:federal |national |criminal |state |law )*(?:authorities|police|government|courts?|officials|enforcement|prosecutors|judge|prison)\b|"
                      rf"\b(?:[Aa]uthorities|[Pp]olice|[Oo]fficials|[Pp]rosecutors|[Cc]ourts?) (?:in|of) (?:the )?(?P<country>{countries})\b")


@cache
def _counties() -> re.Pattern[str]:
    name = words_of_field()["place_name"]
    return re.compile(rf"(?P<county>{name}) (?:and (?P<second>[A-Z]\w+) )?(?:[Cc]ounty|[Cc]ounties|Parish)\b")


def mark(document: Document, start: int, end: int, paragraph: int, number: int, *, title: bool, short_names: Names) -> Marked:
    """Mark the sentence that stands at characters `start` to `end` of the document."""
    text = document.readable(start, end)
    taken = bytearray(len(text))
    found: list[Mark] = []

    def take(kind: str, begin: int, finish: int, **data: Any) -> None:
        if begin < finish and not any(taken[begin:finish]):
            taken[begin:finish] = b"\1" * (finish - begin)
            found.append(Mark(kind, begin, finish, text[begin:finish], data))

    dates = find_dates(text)
    for one in dates:
        if one.kind == "clock":
            take("time", one.start, one.end, date=one)
        else:
            take("date", one.start, one.end, date=one)
    for match in _detainer().finditer(text):
        begin = next((place for place in range(*match.span()) if not taken[place] and text[place] != " "), match.end())
        take("detainer", begin, match.end(), plural=bool(re.search(r"detainers|holds\b", match.group())), again=bool(re.search(r"\b(?:another|second|new)\b", match.group(), re.I)),
             count=_count(match.group()))
    for short, (kind, full, at) in short_names.known.items():
        for match in re.finditer(rf"(?:\b[Tt]he )?\b{re.escape(short)}\b", text):
            take(kind, *match.span(), name=full, name_at=at)
    for match in _foreign().finditer(text):
        take("country", *match.span(), country=nationality_words()[match["demonym"]] if match["demonym"] else nationality_words().get(match["country"], match["country"]))
    for kind, pattern in _agency_patterns():
        for match in pattern.finditer(text):
            begin, finish = match.span()
            if "(" in match.group():
                inside = re.search(r"\(([A-Z]{2,8})\)", match.group())
                if inside and inside.group(1) not in {"ICE", "ERO", "CBP", "DHS", "ORR", "USBP"}:
                    short_names.known.setdefault(inside.group(1), (kind, match.group()[:inside.start()].strip(), start + begin))
            take(kind, begin, finish)
    _mark_named(text, taken, take, short_names)
    _mark_people("".join("|" if used else sign for sign, used in zip(text, taken, strict=True)), take)
    for match in _countries().finditer(text):
        take("country", *match.span(), country=nationality_words().get(match["country"], match["country"]))
    masked = "".join("|" if used else sign for sign, used in zip(text, taken, strict=True))
    for match in _places().finditer(masked):
        _take_place(match, take, masked)
    marked = Marked(document, start, text, sorted(found, key=lambda one: one.start), "", paragraph, number, title)
    _write_line(marked)
    return marked


def _count(words: str) -> int | None:
    match = re.match(r"(?:all |both )?(\w+)\b", words)
    if many := re.match(r"(\d{1,3}),(\d{3})\b", words):
        return int(many[1] + many[2])
    return number_value(match.group(1)) if match and match.group(1).lower() not in {"a", "an", "one"} else None


@cache
def _named() -> re.Pattern[str]:
    words = words_of_field()
    demonym = names([word for entry in pattern_file("nationalities").values() for word in entry])
    nationality = names(list(nationality_words()))
    person = rf"(?:(?:{demonym}) (?:national|citizen|man|woman|immigrant|native)|(?:national|citizen|native) of (?:the )?(?:{nationality}))"
    country = names(sorted(set(nationality_words().values()) - ALSO_PLACES))
    origin = rf"(?:(?:from|of) (?:the )?(?:{country})(?=[,:;.]| who\b))"
    return re.compile(
        rf"(?P<name>{words['place_name']})(?:,? \((?:\d{{2}}, )?(?:{country})\)|, (?:(?P<age>\d{{2}})(?=[,. ])(?:, (?:(?:an? |the )?(?:[\w-]+ ){{0,4}}?{person}|{origin}))?|an? (?:\d{{2}}-year-old )?(?:[\w-]+ ){{0,4}}?{person}|{origin}))")


def _mark_named(text: str, taken: bytearray, take: Any, short_names: Names) -> None:
    """People who are introduced by name (`..., 36, a Peruvian national`), and later mentions of the last part of the name."""
    for match in _named().finditer(text):
        parts = match["name"].split()
        if len(parts) < 2 or any(taken[match.start():match.end()]) or match["name"] in nationality_words() or state_code(match["name"]) or any(part in nationality_words() for part in parts) or re.search(r"\b(?:[Ii]n|[Nn]ear|[Oo]f|[Aa]t)$", text[:match.start()].rstrip()):
            continue
        if _harming().search(text[:match.start()]) or _HARMED.match(text, match.end()):
            take("victim", *match.span())
            continue
        take("person", *match.span(), **_identity(match.group(), match), named=True, parts=name_parts(match["name"]))
        short_names.people |= {part for part in parts[1:] if len(part) > 3 and part[0].isupper()}
    _mark_called(text, taken, take, short_names)
    for name in short_names.people:
        for match in re.finditer(rf"\b{re.escape(name)}\b(?!'s? (?:County|Police))", text):
            take("he", *match.span(), parts=name_parts(name))


@cache
def _called() -> re.Pattern[str]:
    """Somebody told of by name alone, to whom something is done: `arrested Pat Example in Aurora`, `Example was deported`."""
    word = r"[A-ZÀ-Þ][a-zà-ÿ]+(?:[-'’][A-ZÀ-Þ]?[a-zà-ÿ]+)*"
    name = rf"{word}(?: (?:(?:de|del|la|las|los|da|dos|al|bin|van|von) ){{0,2}}(?:[A-ZÀ-Þ]\.|{word})){{0,4}}"
    done = r"(?:(?:re-?)?arrested|apprehended|detained|captured|deported|removed|released|freed)"
    country = names(sorted(set(nationality_words().values()) - ALSO_PLACES))
    return re.compile(rf"\b(?:{done}|detainer against) (?P<name>{name})(?P<origin>,? (?:of|from) (?:the )?(?:{country})\b)?(?=[,.;]|$| (?:on|in|at|near|outside|for|after|following|without|again|from|by|during|when|while|as|and|despite)\b)|"
                      rf"(?:^|(?<=[.;,] )|(?<=\band )|(?<=\bsaid )|(?<=\bthat ))(?P<subject>{name}) (?=(?:was|had been|has been) (?:\w+ly )?(?:{done}|charged|convicted|sentenced|booked)\b)")


def _mark_called(text: str, taken: bytearray, take: Any, short_names: Names) -> None:
    """People told of by name alone. Words that name a place, a country or an agency are no person's name; nor is a lone word that begins a sentence, unless people were named before it."""
    no_names = {*pattern_file("agencies")["not_names"], *pattern_file("agencies")["not_in_names"], *pattern_file("names")["no_name"]}
    for match in _called().finditer(text):
        words = match["name"] or match["subject"]
        begin = match.start("name" if match["name"] else "subject")
        parts = words.split()
        end = match.end("origin") if match["origin"] else begin + len(words)
        if any(taken[begin:end]) or (match["subject"] and len(parts) == 1 and (not short_names.people or number_value(words) is not None)) or state_code(words) or words in pattern_file("places")["cities"] or any(part.removesuffix("s") in nationality_words() or part in nationality_words() or part in no_names or state_code(part) for part in parts):
            continue
        if len(parts) == 1:
            take("he", begin, end, parts=name_parts(words))
            continue
        take("person", begin, end, **_identity(text[begin:end], match, begin), named=True, parts=name_parts(words))
        short_names.people |= {part for part in parts[1:] if len(part) > 3 and part[0].isupper()}


_AGES = re.compile(r"(?: (?:from|of) (?:the )?[A-Z]\w+(?: [A-Z]\w+)*)?,? (?:(?:who are|both|ages?|aged) )?\d{2}(?:, \d{2})*,? and \d{2}\b,?(?! (?:were|others|years|people|of|\w+ (?:ago|later)))")


def _mark_people(text: str, take: Any) -> None:
    patterns = _people()
    groups: list[tuple[int, int]] = []
    for match in patterns["group"].finditer(text):
        begin, finish = match.span()
        ages = _AGES.match(text, finish)
        if ages:
            finish = ages.end()
        groups.append((begin, finish))
        take("group", begin, finish, count=_count(match.group()), ages=[(one.start(), int(one.group())) for one in re.finditer(r"\d{2}", text[begin:finish])] if ages else [])
    for begin, finish in groups:
        text = text[:begin] + "|" * (finish - begin) + text[finish:]
    listed = [match.span() for match in patterns["listed"].finditer(text)]
    for match in patterns["person"].finditer(text):
        begin, finish = match.span()
        if any(first <= begin < last for first, last in listed):
            continue
        kind = "victim" if _is_victim(text, begin, match.group()) else "person"
        data = _identity(match.group(), match)
        words = match.group()
        tail = re.search(r",?\s$", words)
        finish -= len(tail.group()) if tail else 0
        if (young := _young().match(text, finish)) is not None:
            kind, finish = "victim", young.end()
        if _HARMED.match(text, finish):
            kind = "victim"
        take(kind, begin, finish, **data)
    for match in patterns["listed"].finditer(text):
        take("person", *match.span(), **{**_identity(match.group(), match), "age": int(match["age"]), "age_at": match.start("age"), "new": True})
    for match in patterns["age_only"].finditer(text):
        age = match["age"] or match["age_he"]
        take("person", match.start(), match.end(), age=int(age), age_at=match.start("age" if match["age"] else "age_he"), new=not match["he"])
    for match in patterns["ordinal"].finditer(text):
        take("person", *match.span(), new=True)
    for kind in ("they", "he"):
        for match in patterns[kind].finditer(text):
            take(kind, *match.span())


@cache
def _harming() -> re.Pattern[str]:
    """Words right before somebody that make them the one harmed (`killing`, `attacked`, `the death of`)."""
    return re.compile(r"\b(?:" + names([*pattern_file("agencies")["harm"], "rap", "shot", "struck", "stabb", "robb", "hit", "hurt", "injur"]) + r")(?:s|d|es|ed|ing)?(?: to death)?(?: (?:of|on|to|against|upon))? $", re.I)


# What is said after a person who is the one harmed.
_HARMED = re.compile(r",? (?:who )?(?:(?:was|were|had been) (?:\w+ly )?(?:killed|murdered|stabbed|shot|raped|struck|beaten|strangled|found dead|fatally \w+)\b(?! by (?:police|officers|deputies))|died\b|(?:was|were) \w+ing\b[^.;]{0,60}\bwhen (?:she|he) was (?:shot|killed|stabbed|struck|attacked|raped|beaten)\b)")


@cache
def _young() -> re.Pattern[str]:
    """Words after an age that make a person the one harmed: `an 11-year-old girl`."""
    words = pattern_file("agencies")
    return re.compile(r" (?:" + names([word for word in words["victim_heads"] if word not in words["person_heads"]]) + r")\b(?:'s)?")


@cache
def _nationality_in_words() -> re.Pattern[str]:
    return re.compile(r"(?:(?<=[\s(])|^)(?:" + names(list(nationality_words())) + r")(?![\w-])(?! Americans?\b)")


# A citizen of the United States, wherever they came from.
_CITIZEN_HERE = re.compile(r"\b(?:naturali[sz]ed|U\.?S\.?|American|United States) citizen", re.IGNORECASE)


def _identity(words: str, match: re.Match[str], begin: int | None = None) -> dict[str, Any]:
    """Age, nationality and sex as the words of a person give them, with the places of those words in the sentence (they begin at `begin`, else where the match does)."""
    first = match.start() if begin is None else begin
    data: dict[str, Any] = {"new": bool(re.match(r"(?:an?|one|another|second|third|final|unnamed|unidentified|the other)\b", words, re.I)), "definite": bool(re.match(r"(?:the|this|that)\b", words, re.I))}
    age = re.search(r"\b(\d{1,3}|[A-Za-z]+(?:-[a-z]+)?)[- ]years?[- ]old", words) or re.search(r"(?:, (?:aged? )?| aged? | of (?:age )?|\((?:aged? )?)(\d{2})\b", words)
    if age and re.search(r"\bthen[- ]$", words[:age.start(1)]):
        age = None
    if age:
        value = number_value(age.group(1))
        if value is not None and 10 <= value <= 110:
            data["age"], data["age_at"], data["age_end"] = value, first + age.start(1), first + age.end()
    known = nationality_words()
    for one in [] if _CITIZEN_HERE.search(words) else _nationality_in_words().finditer(words):
        written = one.group()
        if written == "Indian" and "American Indian" in words:
            continue
        start, end = first + one.start(), first + one.end()
        citizen = re.search(r"(?:citizen|national|native)s? (?:of|from) (?:the )?(?:Republic of )?$", words[:one.start()])
        if citizen:
            start, written = first + citizen.start(), words[citizen.start():one.end()]
        data["nationality"], data["given"], data["given_at"], data["given_end"] = known[one.group()], written, start, end
        break
    if re.search(r"\b(?:woman|female|mother|girl)\b", words, re.I):
        data["sex"] = "female"
    elif re.search(r"\b(?:man|male|father|boy)\b", words, re.I):
        data["sex"] = "male"
    return data


@cache
def _victim_words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = pattern_file("agencies")
    return (re.compile(r"\b(?:" + names(words["victim_heads"]) + r")\b(?:'s)?,?\s*(?:\d{2},?\s*)?$", re.I),
            re.compile(r"\b(?:" + names(words["victim_before"]) + r")(?:,? who (?:is|was))?,?\s+(?:(?:allegedly|sexually|of|the|at least)\s+)*$", re.I))


def _is_victim(text: str, start: int, words: str) -> bool:
    heads, before = _victim_words()
    if not heads.search(words):
        return False
    previous = text[:start]
    if not before.search(previous):
        return bool(re.search(r"\b(?:girl|boy|child|victim|minor|baby|infant|toddler|kid)\b", words, re.I))
    preposition = re.search(r"([^.;]*)\b(?:of|on|upon|against|involving|to|with)(?: (?:at least|more than))? $", previous, re.I)
    # "assault on a woman" harms; "arrest of a man", "the detainer on a man" are about the person held.
    return preposition is None or (_harm().search(preposition.group(1)[-60:]) is not None and not re.search(r"national|citizen|noncitizen", words))


@cache
def _harm() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + names(pattern_file("agencies")["harm"]) + r")(?:s|es|ed|ing)?\b(?![^,;]*\b(?:arrest|detainer|release|custody|removal|conviction|case|charges?|warrant)\b)", re.I)


# What is named after these words is a charge, however it is written (`pending charges of Theft`).
_CHARGED_WITH = re.compile(r"\b(?:charges?|counts?|convicted|convictions?|accused|guilty|suspicion|welfare) of $", re.I)


def _take_place(match: re.Match[str], take: Any, text: str) -> None:
    groups = {key: value for key, value in match.groupdict().items() if value}
    begin, finish = match.span()
    while finish > begin and text[finish - 1] in ", ":
        finish -= 1
    if "city" in groups and begin == 0 and groups["city"].isupper():
        groups["cap_city"], groups["cap_state"] = groups.pop("city"), groups.pop("state")
        take("place", begin, finish, city=groups["cap_city"].title(), city_at=begin, state=state_code(groups["cap_state"]), state_at=match.start("state"), state_end=match.end("state"), dateline=True)
    elif "city" in groups:
        county = re.search(r"^(.*) County$", groups["city"])
        known = {"county": county.group(1), "county_at": match.start("city")} if county else {"city": groups["city"], "city_at": match.start("city")}
        take("place", begin, finish, **known, state=state_code(groups["state"]), state_at=match.start("state"), state_end=match.end("state"))
    elif "cap_city" in groups:
        take("place", begin, finish, city=groups["cap_city"].title(), city_at=match.start("cap_city"), state=state_code(groups["cap_state"]),
             state_at=match.start("cap_state"), state_end=match.end("cap_state"), dateline=True)
    elif "dateline" in groups:
        state = {"state": "NY", "state_at": begin, "state_end": finish} if groups["dateline"] == "NEW YORK" else {}
        take("place", begin, finish, city=groups["dateline"].title(), city_at=begin, dateline=True, **state)
    elif "lone_state" in groups:
        take("place", begin, finish, state=state_code(groups["lone_state"]), state_at=begin, state_end=finish)
    else:
        name = groups.get("in_city") or groups["known_city"]
        key = "in_city" if "in_city" in groups else "known_city"
        if key == "in_city" and (name.isupper() or _CHARGED_WITH.search(text[:match.start()])):
            return
        around = re.match(r"(?:Greater|Downtown|Metro|Metropolitan) (?=[A-Z])", name)
        if around:
            take("place", begin, finish, city=name[around.end():], city_at=match.start(key) + around.end())
            return
        if name in nationality_words() or name.split()[0] in {"U.S", "United", "America", "U"}:
            country = nationality_words().get(name)
            take("country" if country else "usa", begin, finish, country=country)
            return
        if name.endswith((" County", " Counties")):
            take("place", begin, finish, county=name.rsplit(" ", 1)[0], county_at=begin)
            return
        take("place", begin, finish, city=name, city_at=match.start(key))


def counties_in(text: str) -> list[tuple[str, int, int]]:
    """The counties that a text names: name without the word County, and the characters of the name."""
    found = []
    for match in _counties().finditer(text):
        court = re.match(r"(?:Common Pleas|Probate|Justice|Record) (?:of|for|in) (?:the )?", match["county"])
        skip = court.end() if court else 0
        found.append((match["county"][skip:], match.start("county") + skip, match.end("county")))
        if match["second"]:
            found.append((match["second"], match.start("second"), match.end("second")))
    return found


def _write_line(marked: Marked) -> None:
    pieces: list[str] = []
    origin = marked._origin
    length = 0

    def copy(begin: int, finish: int) -> None:
        nonlocal length
        piece = marked.text[begin:finish].lower()
        if len(piece) != finish - begin:
            piece = marked.text[begin:finish]
        pieces.append(piece)
        origin.extend(range(begin, finish))
        length += len(piece)

    last = 0
    for one in marked.marks:
        copy(last, one.start)
        marked._starts[length] = one
        name = f"<{one.kind}>"
        pieces.append(name)
        origin.extend([one.start] * len(name))
        length += len(name)
        last = one.end
    copy(last, len(marked.text))
    origin.append(len(marked.text))
    marked.line = "".join(pieces)


def date_of(one: Mark) -> DateWords:
    """The date expression of a `date` or `time` mark."""
    words: DateWords = one.data["date"]
    return words
