"""The law that an agency has adopted: kept word for word, with the agency's own policy laid under it.

The policy is one more layer below the agency's place. Layers do the rest (docs/semantics.md): it settles what the layers above leave open and
never what they forbid or require. So that this stays true a policy file may not set aside (`voids`) or displace (`overrides`) anything outside itself.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from lawfulhold.desk.errors import Invalid
from lawfulhold.desk.models import READINGS, Agency, LawText, LawVersion, PolicyReview
from lawfulhold.desk.services import docket
from lawfulhold.desk.services.acting import By
from lawfulhold.errors import InputError
from lawfulhold.rules.law import LATEST_DAY, Law, Provision

log = logging.getLogger(__name__)
_laws: dict[str, Law] = {}
_lock = Lock()


def shipped() -> Law:
    """The law that comes with the package (or stands in the folder that the settings name)."""
    return Law(settings.DESK_LAW_FOLDER)


def policy_code(agency: Agency) -> str:
    """The code of the layer that holds the agency's own policy."""
    return f"{agency.jurisdiction}-POLICY"


def asked_place(agency: Agency, version: LawVersion) -> str:
    """The code whose law is asked: the agency's own layer when it has one, else its place."""
    return version.policy_code or agency.jurisdiction


def law_of(version: LawVersion) -> Law:
    """The law of an adopted version, built from the texts kept in the database."""
    key = str(version.pk)
    with _lock:
        if key not in _laws:
            _laws[key] = Law(_written_out(key, {**version.files, **version.policy_files}))
        return _laws[key]


def _written_out(key: str, names: Mapping[str, str]) -> Path:
    """A folder with these texts (file name → hash of its content), made from the database; one that differs from it is made anew."""
    folder = Path(settings.DATA) / "law" / key
    if folder.is_dir():
        if _hashes(folder) == dict(names):
            return folder
        log.warning("the law in %s is not what was adopted; it is written anew from the database", folder)
        shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=folder.parent, prefix="making-"))
    texts = dict(LawText.objects.filter(digest__in=set(names.values())).values_list("digest", "content"))
    for name, digest in names.items():
        content = texts[digest]
        if hashlib.sha256(content.encode()).hexdigest() != digest:
            raise Invalid(f"The kept text of {name} is not what was adopted.", advice="Run `lawfulhold desk verify`.")
        path = making / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    try:
        making.rename(folder)
    except OSError:  # another process was first
        shutil.rmtree(making, ignore_errors=True)
    return folder


def _hashes(folder: Path) -> dict[str, str]:
    """The files of a folder: name → hash of the content."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def texts_for(agency: Agency, law: Law) -> dict[str, str]:
    """The files that decide for the agency's place: name → text."""
    found = {"agencies.yaml": law.folder / "agencies.yaml"}
    for link in law.chain(agency.jurisdiction):
        found[f"{link.code}.yaml"] = law.folder / f"{link.code}.yaml"
    for path in sorted((law.folder / "offences").glob("US*.yaml")):
        found[f"offences/{path.name}"] = path
    return {name: path.read_bytes().decode("utf-8") for name, path in found.items()}


@dataclass(frozen=True, slots=True)
class Offer:
    """What counsel can adopt now: the version, what is new against the adopted one, what is wrong with the policy."""

    version: str
    base_version: str
    files: dict[str, str]
    policy: dict[str, str]
    says: tuple[str, ...]
    is_new: bool


def offer(agency: Agency, policy: str = "") -> Offer:
    """The shipped law with this policy, ready to be adopted.

    Takes the agency and the text of its policy file ('' for none). Raises `Invalid` with the first thing that is wrong with the policy.
    """
    try:
        files = texts_for(agency, shipped())
    except InputError as error:
        raise Invalid(f"The law of {agency.jurisdiction} cannot be read: {error}") from None
    code = policy_code(agency) if policy.strip() else agency.jurisdiction
    own = {f"{code}.yaml": policy.strip() + "\n"} if policy.strip() else {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in {**files, **own}.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
        ready = Law(folder)
        if own:
            check_policy(agency, folder / f"{code}.yaml", ready)
        base, version = ready.version([agency.jurisdiction]), ready.version([code])
        says = tuple(_differences(agency.law, ready, code))
    current = agency.law
    is_new = current is None or {**current.files, **current.policy_files} != _digests({**files, **own})
    return Offer(version, base, files, own, says, is_new)


def check_policy(agency: Agency, path: Path, law: Law) -> None:
    """Raise `Invalid` when the policy is not a law file, or reaches beyond itself."""
    from lawfulhold.rules.law_file import read_law_file

    problems, _ = read_law_file(path, path.read_bytes())
    if problems:
        raise Invalid(f"Policy, line {problems[0].line or 1}: {problems[0].what}", field="policy")
    try:
        place = law.jurisdiction(path.stem)
    except InputError as error:
        raise Invalid(f"Policy: {error.what}", field="policy") from None
    if place.layer != "local" or place.parent != agency.jurisdiction:
        raise Invalid(
            f"The policy says `layer: local` and `parent: {agency.jurisdiction}`; it lies under the law of the place.",
            field="policy",
        )
    own = {item.id for item in place.provisions}
    above = {item.id for link in law.chain(agency.jurisdiction) for item in link.provisions}
    for item in place.provisions:
        if item.id in above:
            raise Invalid(f"{item.id} is a provision of the law itself; a policy has ids of its own.", field="policy")
        if item.voids:
            raise Invalid(
                f"{item.id}: `voids` is for legislatures; a policy sets nothing of the law aside.", field="policy"
            )
        if set(item.overrides) - own:
            raise Invalid(
                f"{item.id}: `overrides` names {sorted(set(item.overrides) - own)[0]}, which is not in the policy; "
                "a policy never displaces the law.",
                field="policy",
            )
        lost = [other for other in item.rests_on if other not in own | above]
        if lost:
            raise Invalid(f"{item.id}: rests on {lost[0]}, which is not in the law of this place.", field="policy")


def _digests(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}


def adopt(by: By, comment: str, policy: str | None = None, *, reading: str | None = None) -> LawVersion:
    """Counsel adopts the shipped law for the agency, with its own policy (None keeps the present one, '' takes it away), and with the reading of
    the 48 hours that governs (None keeps the present one; at first the one that ends first).

    Returns the version. Every open case is then decided again by the background work (`redecision.py`), and counsel asked again where a no to a hold
    stands (`consequences.py`). Raises `Invalid` for a policy that cannot be used, or when nothing is new.
    """
    by.must("adopt law")
    if not comment.strip():
        raise Invalid("Say in a sentence what was reviewed and why it is adopted.", field="comment")
    current = by.agency.law
    if policy is None:
        policy = policy_text(current) if current else ""
    reading = reading or (current.reading if current else "shortest")
    if reading not in READINGS:
        raise Invalid(f"The reading is one of {', '.join(READINGS)}.", field="reading")
    offered = offer(by.agency, policy)
    if not offered.is_new and current is not None and reading == current.reading:
        raise Invalid("This version of the law is the one adopted already.")
    with transaction.atomic():
        agency = Agency.objects.select_for_update().get(pk=by.agency.pk)
        names = _keep_texts(offered.files)
        own = _keep_texts(offered.policy)
        number = (LawVersion.objects.filter(agency=agency).aggregate(last=Max("number"))["last"] or 0) + 1
        version = LawVersion(
            number=number,
            base_version=offered.base_version,
            version=offered.version,
            files=names,
            policy_files=own,
            policy_code=policy_code(agency) if own else "",
            reading=reading,
            comment=comment.strip(),
            says=list(offered.says),
        )
        docket.enter(by, "law-adopted", f"Counsel adopted version {number} of the law ({offered.version}).", version)
        agency.law = version
        agency.save(update_fields=["law"])
        by.agency.law = version
        _flag_dependents(by, current, version)
        from lawfulhold.desk.services import work

        for kind in ("redecide", "standing-no"):
            work.plan(agency, kind, f"{kind}:{version.pk}", by.at, {"law": str(version.pk)}, at=by.at)
    return version


def _keep_texts(texts: Mapping[str, str]) -> dict[str, str]:
    digests = _digests(texts)
    LawText.objects.bulk_create(
        [LawText(digest=digests[name], content=text) for name, text in texts.items()], ignore_conflicts=True
    )
    return digests


def policy_text(version: LawVersion) -> str:
    """The agency's own policy as adopted; '' for none."""
    for digest in version.policy_files.values():
        return LawText.objects.get(digest=digest).content
    return ""


# ---------------------------------------------------------------------------------------------- what changed


def _content(item: Provision) -> tuple[Any, ...]:
    return (
        item.question,
        item.effect,
        item.binds,
        item.first,
        item.last,
        item.when,
        item.unless,
        item.says,
        item.cite,
        item.limit,
        item.deadline,
    )


def provisions_of(law: Law, code: str) -> dict[str, Provision]:
    """Every provision that reaches the place, by id."""
    return {item.id: item for link in law.chain(code) for item in link.provisions}


def _differences(current: LawVersion | None, new: Law, code: str) -> list[str]:
    """The provisions that are new, changed or gone against the adopted version, a sentence each."""
    if current is None:
        return []
    before = provisions_of(law_of(current), asked_place_of(current))
    after = provisions_of(new, code)
    lines = [f"New: {item.id}: {item.says} [{item.cite}]" for key, item in after.items() if key not in before]
    lines += [
        f"Changed: {key}: {after[key].says} [{after[key].cite}]"
        for key, item in before.items()
        if key in after and _content(item) != _content(after[key])
    ]
    return lines + [f"Gone: {key}: {item.says} [{item.cite}]" for key, item in before.items() if key not in after]


def asked_place_of(version: LawVersion) -> str:
    """The code whose law a version answers for."""
    return version.policy_code or version.agency.jurisdiction


def dependents(
    before: Law | None, code_before: str, after: Law, code: str, on: date
) -> list[tuple[Provision, str, str]]:
    """Provisions that rest on something which has ended, changed or gone: (provision, what it rests on, sentence)."""
    old = provisions_of(before, code_before) if before is not None else {}
    new = provisions_of(after, code)
    found = []
    for item in new.values():
        if not item.in_force(on):
            continue
        for above in item.rests_on:
            if above not in new:
                if above in old:
                    found.append((item, above, f"{item.id} rests on {above}, which is no longer in the law."))
            elif not new[above].in_force(on):
                ended = (
                    f"ended on {new[above].last}" if new[above].last < LATEST_DAY else f"begins on {new[above].first}"
                )
                found.append((item, above, f"{item.id} rests on {above} ({new[above].cite}), which {ended}."))
            elif above in old and _content(old[above]) != _content(new[above]):
                found.append((item, above, f"{item.id} rests on {above} ({new[above].cite}), which has changed."))
    return found


def _flag_dependents(by: By, current: LawVersion | None, version: LawVersion) -> None:
    from lawfulhold.desk.services import alerts

    place = asked_place(by.agency, version)
    before = law_of(current) if current else None
    for item, above, says in dependents(
        before, asked_place_of(current) if current else "", law_of(version), place, by.local().date()
    ):
        review = PolicyReview(law=version, provision=item.id, rests_on=above, says=says)
        docket.enter(by, "policy-review", says, review)
        alerts.alert(by, None, "policy", f"policy:{version.pk}:{item.id}:{above}", says, "warn", "counsel")


def policy_template(agency: Agency) -> str:
    """A policy file to start from."""
    code = policy_code(agency)
    return (
        f"code: {code}\nname: Own policy of {agency.name}\nlayer: local\nparent: {agency.jurisdiction}\nprovisions:\n"
        f"  - id: {code.lower()}-hold\n    question: hold\n    effect: prohibited\n    binds: [{agency.kind}]\n    from: {date.today()}\n"  # noqa: DTZ011
        "    unless: papers.judicial_warrant\n    says: We do not hold past the release time on a detainer alone.\n"
        f"    cite: General Order of {agency.name}\n    read: full-text\n    confidence: high\n"
    )
