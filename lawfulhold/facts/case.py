"""What can be known about a case: the vocabulary that provisions may use.

Every fact is optional. A fact that is not given is *unknown*, which is never the same as false. A provision
names a fact by the group and the field it stands under in a case file: ``papers.judicial_warrant``,
``person.watchlist_match``. Inside ``any_charge(...)`` the fields of one charge are named alone: ``status``,
``level``, ``grade``.

The descriptions below are the documentation of the facts: the JSON Schema, the missing-fact questions of an answer
and the screens are made from them. ``ask`` is the question put to a clerk, ``form`` the place on the paper where
the answer stands.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from lawfulhold.facts.dates import DateField, MomentField, PartialDate

MODEL = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def fact(description: str, *, ask: str | None = None, form: str | None = None, **more: Any) -> Any:
    """One optional fact: what it means, the question to ask for it, and where it stands on a form."""
    extra: Any = {key: value for key, value in (("ask", ask), ("form", form)) if value}
    return Field(default=None, description=description, json_schema_extra=extra or None, **more)


class Detainer(BaseModel):
    """The request that DHS sent: a Form I-247 of some edition."""

    model_config = MODEL

    form: Literal["I-247", "I-247A", "I-247D", "I-247N", "I-247X", "I-247G"] | None = fact(
        "Which form it is. I-247, I-247A, I-247D and I-247X ask to hold; I-247N and I-247G ask only for notice.",
        ask="Which form did ICE send?",
        form="the form number in the lower left corner",
    )
    edition: str | None = fact("Edition date of the form as printed, such as 3/17.", form="beside the form number")
    lodged: bool | None = fact(
        "A request of DHS to hold this person (a detainer) is on file and not cancelled. Known to be so when the form "
        "is one that asks "
        "to hold and no cancellation is recorded.",
        ask="Has ICE lodged a detainer that asks to hold the person?",
    )
    notice_requested: bool | None = fact(
        "DHS has asked to be told before, or when, the person is released (any I-247 does; so may a call or a letter).",
        ask="Has ICE asked to be told of the release?",
        form="I-247A, second page box: notify DHS as early as practicable",
    )
    probable_cause: bool | None = fact(
        "The detainer states probable cause of removability (a box of section 1 is ticked).",
        ask="Is a probable-cause box in section 1 ticked?",
        form="I-247A section 1",
    )
    complete: bool | None = fact(
        "The papers are complete on their face: every field filled, signed, the person identified, and the warrant "
        "that the "
        "form says is attached is attached.",
        ask="Are the detainer and its attachments complete and signed?",
    )
    supporting_document: bool | None = fact(
        "The request comes with an affidavit, order or other official document that shows probable cause of "
        "removability.",
        ask="Is there an affidavit, order or other official document that shows probable cause of removability?",
    )
    identity_matches: bool | None = fact(
        "Name, date of birth and numbers on the detainer are those of the person held.",
        ask="Do the name, date of birth and numbers on the detainer match the person held?",
    )
    received_at: MomentField = fact("When the agency received it.", form="the agency's own time stamp")
    hours_since_receipt: float | None = fact(
        "Hours since the agency received the detainer and its warrant, where a statute counts from there.",
        ask="How many hours ago were the detainer and its warrant received?",
        ge=0,
    )
    served: bool | None = fact("A copy has been given to the person.", form="I-247A, certificate of service")
    cancelled: bool | None = fact("DHS has lifted or cancelled it.", ask="Has ICE cancelled the detainer?")
    written_request: bool | None = fact("The request was made in writing.", ask="Was the request made in writing?")


class Papers(BaseModel):
    """The papers beside the detainer. A judge's paper and an officer's paper are different things."""

    model_config = MODEL

    judicial_warrant: bool | None = fact(
        "A warrant or order to take or keep the person, issued or signed by a judge or magistrate judge of a court "
        "(federal Article III "
        "judge, federal magistrate judge or state judge). Never an immigration judge; never an I-200 or I-205.",
        ask="Is there a warrant or order signed by a judge of a court (not an immigration officer or immigration "
        "judge)?",
    )
    criminal_warrant: bool | None = fact(
        "A judge's warrant for a crime (federal or state). A criminal warrant is a judicial warrant.",
        ask="Is there a criminal arrest warrant signed by a judge?",
    )
    federal_criminal_warrant: bool | None = fact(
        "The criminal warrant is a federal one: signed by a federal judge or magistrate judge, for a federal crime.",
        ask="Is it a federal criminal warrant?",
    )
    immigration_crime_warrant: bool | None = fact(
        "The federal criminal warrant (or a federal judge's finding of probable cause that orders arrest) is for an "
        "immigration crime (8 U.S.C. 1325, 1326 and the like).",
        ask="Is the federal criminal warrant for an immigration crime such as illegal reentry?",
    )
    felony_warrant: bool | None = fact(
        "The criminal warrant is for a felony.", ask="Is the criminal warrant for a felony?"
    )
    administrative_warrant: bool | None = fact(
        "An administrative immigration warrant (I-200 or I-205), signed by an immigration officer.",
        ask="Is a Form I-200 or I-205 attached?",
        form="I-200 or I-205",
    )
    removal_warrant: bool | None = fact(
        "The administrative warrant is a warrant of removal (I-205).",
        ask="Is the attached warrant a Form I-205?",
        form="I-205",
    )
    removal_order: bool | None = fact(
        "The person is subject to a final order of deportation or removal.",
        ask="Is there a final order of removal?",
        form="I-247A section 1, first box",
    )
    removal_order_federal_judge: bool | None = fact(
        "The final order of removal is signed by a federal judge and lodged with the facility, where the law asks for "
        "that.",
        ask="Is the final order of removal signed by a federal judge and lodged with the facility?",
    )
    probable_cause_by_judge: bool | None = fact(
        "A judge or magistrate has found probable cause that the person is removable, or has approved the detention.",
        ask="Has a judge found probable cause for the immigration detention?",
    )
    state_detention_order: bool | None = fact(
        "A state judicial official (such as a magistrate) has ordered the hold on the detainer, where a statute "
        "provides for that.",
        ask="Has a state magistrate or judge ordered this hold?",
    )
    early_transfer_order: bool | None = fact(
        "A court has ordered, with federal consent, that the last days of the sentence be served in federal custody.",
        ask="Has a court ordered that the last days of the sentence be served in federal custody?",
    )
    subpoena: Literal["none", "administrative", "grand-jury", "court"] | None = fact(
        "The subpoena served for the information asked: none, an administrative one (I-138, no judge), or a court's.",
        ask="What kind of subpoena was served?",
        form="I-138",
    )
    court_order_disclosure: bool | None = fact(
        "A court has ordered this agency to disclose the information or obey the subpoena (8 U.S.C. 1225(d)(4)(B) or "
        "the like).",
        ask="Has a court ordered the disclosure?",
    )
    court_order_interview: bool | None = fact(
        "A court has ordered or authorised the interview.", ask="Has a court authorised the interview?"
    )


class Charge(BaseModel):
    """One charge or conviction. Earlier convictions stand in the same list."""

    model_config = MODEL

    offence: str | None = fact("Name of the offence as written.")
    statute: str | None = fact("Statute number as written, such as 'Conn. Gen. Stat. § 53a-56'.")
    ncic: str | None = fact("Four-digit NCIC offence code.", pattern=r"^\d{4}$")
    place: str | None = fact("Code of the place whose law the charge is under, such as US-CT; 'US' for federal law.")
    status: Literal["arrested", "charged", "convicted", "dismissed", "acquitted"] | None = fact(
        "How far the charge has come. Convicted: a judgment by plea or verdict.", ask="Charged or convicted?"
    )
    level: Literal["felony", "misdemeanor", "violation"] | None = fact(
        "Felony, misdemeanor, or a lesser violation, under the law of the place of the charge.",
        ask="Felony or misdemeanor?",
    )
    grade: str | None = fact(
        "Class or degree within the level, as the statute names it: 'A', 'B', '1', 'unclassified', ...",
        ask="Which class or degree?",
    )
    on_lists: dict[str, bool] = Field(
        default_factory=dict,
        description="For each list of offences known by its identifier (law/offences): is the charge on it? "
        "A list that is not mentioned is unknown, unless the statute number settles it.",
    )
    convicted_on: DateField = fact(
        "Day of the conviction; may be partial (2018, 2018-04).", ask="When was the conviction?"
    )
    released_on: DateField = fact(
        "Day of release from the sentence for it; may be partial.", ask="When was the sentence for it served?"
    )
    current: bool | None = fact(
        "The present custody is for this charge.", ask="Is the person in custody for this charge?"
    )
    held_to_answer: bool | None = fact(
        "A magistrate has found probable cause and held the person to answer (in California, Penal Code 872).",
        ask="Has a magistrate held the person to answer on this charge?",
    )
    state_prison: bool | None = fact(
        "The sentence was, or the offence is punishable by, imprisonment in the state prison.",
        ask="State prison offence?",
    )
    sentenced_to_state_prison: bool | None = fact(
        "The sentence imposed was to be served in a state prison.",
        ask="Was the sentence to be served in a state prison?",
    )
    sentence_months: float | None = fact("Length of the sentence imposed, in months.", ge=0)
    maximum_months: float | None = fact("Longest term the statute allows, in months.", ge=0)
    served_months: float | None = fact("Months of that sentence actually served.", ge=0)
    victim_minor: bool | None = fact("The victim was under the age the statute names.", ask="Was the victim a minor?")


class Person(BaseModel):
    """The person held. No name is needed to decide a case."""

    model_config = MODEL

    age: int | None = fact(
        "Age in whole years on the date of the decision.", ge=0, le=130, ask="How old is the person?"
    )
    citizen_claim: bool | None = fact(
        "The person, or someone for them, says they are a U.S. citizen.",
        ask="Does the person say they are a U.S. citizen?",
    )
    citizen_proof: bool | None = fact(
        "Proof of U.S. citizenship has been shown or is in the agency's own file (passport, birth certificate, ...).",
        ask="Has proof of U.S. citizenship been shown?",
    )
    lawful_status_proof: bool | None = fact(
        "Proof of lawful immigration status has been shown (permanent resident card or other document the statute "
        "names).",
        ask="Has proof of lawful immigration status been shown?",
    )
    identification_shown: bool | None = fact(
        "An identification that the state's statute accepts as presumption of lawful presence has been shown (such as "
        "a state driver's license).",
        ask="Has a valid driver's license or other listed identification been shown?",
    )
    foreign_born: bool | None = fact(
        "Born outside the United States, or birthplace could not be established.",
        ask="Born abroad, or unknown birthplace?",
    )
    noncitizen: bool | None = fact(
        "Known or stated not to be a U.S. citizen.", ask="Is the person known not to be a citizen?"
    )
    unlawful_presence_verified: bool | None = fact(
        "The federal government (LESC, DHS) has verified that the person is unlawfully present.",
        ask="Has DHS verified that the person is unlawfully present?",
    )
    unlawful_presence_probable_cause: bool | None = fact(
        "The officer has probable cause to believe that the person is not lawfully present.",
        ask="Does the officer have probable cause to believe that the person is not lawfully present?",
    )
    watchlist_match: bool | None = fact(
        "Identified as a possible match in the federal Terrorist Screening Database or similar database.",
        ask="Is there a possible match in the terrorist screening database?",
    )
    gang_listed: bool | None = fact(
        "Identified as a gang member in a database the law names.", ask="Is the person listed as a gang member?"
    )
    arrest_warrant: bool | None = fact(
        "Another criminal arrest warrant is outstanding.", ask="Is another arrest warrant outstanding?"
    )
    risk_found: bool | None = fact(
        "The officer has found, where a statute gives that power, that the person is an unacceptable risk to public "
        "safety.",
        ask="Has the officer found an unacceptable risk to public safety, in writing?",
    )
    victim_or_witness: bool | None = fact(
        "The person is a victim of or witness to a crime.", ask="Is the person a victim or witness?"
    )
    misdemeanor_convictions: int | None = fact(
        "How many misdemeanor convictions the person has, where a rule counts them.",
        ge=0,
        ask="How many misdemeanor convictions does the person have?",
    )
    sex_offender_registry: bool | None = fact(
        "Registered, or required to register, as a sex offender.", ask="On a sex offender registry?"
    )
    prior_removal: bool | None = fact("Has been removed or deported before.", ask="Was the person removed before?")
    interview_consent: bool | None = fact(
        "Has agreed to the interview in writing after being told it may be declined.",
        ask="Has the person agreed in writing to the interview?",
    )
    counsel_present_or_waived: bool | None = fact(
        "Counsel is present, or was knowingly declined.", ask="Is counsel present or declined?"
    )
    asked_to_stay: bool | None = fact(
        "Has asked in writing to stay past the release time.", ask="Did the person ask in writing to stay?"
    )
    interview_requested: bool | None = fact(
        "The person asked for the interview.", ask="Did the person ask for the interview?"
    )


class Custody(BaseModel):
    """The custody itself and the moment of release."""

    model_config = MODEL

    stage: Literal["stop", "arrest", "booking", "jail", "prison", "court", "supervision"] | None = fact(
        "Where the person is in the process.",
        ask="Is it a stop, an arrest, a booking, jail, prison, court or supervision?",
    )
    bail_posted: bool | None = fact(
        "Bail or bond has been posted, or release without it ordered.", ask="Has bail been posted?"
    )
    sentence_complete: bool | None = fact("A sentence ends now.", ask="Does a sentence end now?")
    charges_ended: bool | None = fact("All charges have been dismissed or have ended.", ask="Have all charges ended?")
    otherwise_releasable: bool | None = fact(
        "Apart from the immigration papers nothing keeps the person in custody.",
        ask="Would the person go free but for the detainer?",
    )
    releasable_at: MomentField = fact("T0: when the person would otherwise be released.")
    hours_past_release: float | None = fact(
        "Hours already held past the release time. When neither this nor `releasable_at` is given the question is "
        "asked at the release "
        "time itself, so it is 0: the one fact with a meaning when it is left out.",
        ge=0,
    )
    counted_hours_past_release: float | None = fact(
        "The same hours without Saturdays, Sundays and federal holidays. Computed from `releasable_at` when not given.",
        ge=0,
    )
    hours_since_status_query: float | None = fact(
        "Hours since the query to ICE for which a judicial official has committed the person (a short hold to check "
        "status).",
        ask="Has a judicial official committed the person for a status query, and how many hours ago was it sent?",
        ge=0,
    )
    days_to_release: float | None = fact("Days until the release that is already known.", ge=0)
    release_date_public: bool | None = fact(
        "The release date is open to the public in the same way for everyone (such as a public roster).",
        ask="Is the release date public?",
    )
    extra_time_needed: bool | None = fact(
        "What ICE asks would lengthen the custody or delay the release.", ask="Would it delay the release?"
    )
    nonpublic_area: bool | None = fact(
        "The hand-over or visit would be in an area closed to the public.",
        ask="Would it be in an area closed to the public?",
    )
    victim_notice: bool | None = fact("A crime victim must be told of the release.")
    came_by_transfer: bool | None = fact(
        "Came by transfer from another agency that has already done the duties of the statute.",
        ask="Did the sending agency already give notice and note the file?",
    )
    federal_criminal_custody: bool | None = fact(
        "Held for a federal criminal charge or sentence.", ask="Held on a federal criminal charge or sentence?"
    )


class Agency(BaseModel):
    """The agency that holds the person."""

    model_config = MODEL

    kind: str = Field(description="Kind of agency; see law/agencies.yaml.")
    name: str | None = fact("Its name.")
    agreement_287g: Literal["none", "jail-enforcement", "warrant-service", "task-force"] | None = fact(
        "The 287(g) agreement that the agency has: none, or its model.",
        ask="Does the agency have a 287(g) agreement, and which model?",
    )
    delegated_officer: bool | None = fact(
        "The officer who acts holds a current ICE credential under a 287(g) agreement.",
        ask="Is the officer who acts credentialed under 287(g)?",
    )
    detention_contract: bool | None = fact(
        "The agency has a contract to house people for ICE or the Marshals.",
        ask="Does the agency have a detention contract with ICE?",
    )
    reimbursement_agreement: bool | None = fact(
        "A written agreement reimburses all costs of holding for ICE.",
        ask="Is there a written federal agreement to reimburse all costs?",
    )
    undue_burden: bool | None = fact(
        "The agency has found in writing that complying is an undue burden, risk or expense.",
        ask="Was an undue burden, risk or expense found?",
    )
    safe_to_comply: bool | None = fact(
        "Complying is safe, where the statute asks for that.", ask="Is it safe to comply?"
    )
    head_approved: bool | None = fact(
        "The head of the agency has approved this request.", ask="Has the head of the agency approved?"
    )
    local_policy: Literal["none", "honors", "declines", "judicial-only"] | None = fact(
        "What the agency's own written policy says on detainers, where the law asks for it.",
        ask="What does the agency's own policy say?",
    )


class Request(BaseModel):
    """What exactly is asked, for the questions share, access, inquire, agreement and policy-bar."""

    model_config = MODEL

    information: (
        Literal["release-date", "immigration-status", "home-address", "personal", "nonpublic-record", "public-record"]
        | None
    ) = fact("The information asked for.", ask="What information is asked for?")
    access: Literal["interview", "nonpublic-area", "office", "database", "general-search", "court"] | None = fact(
        "The access asked for.", ask="What access is asked for?"
    )
    purpose: (
        Literal[
            "civil-immigration",
            "criminal-investigation",
            "booking",
            "benefit-eligibility",
            "victim-certification",
            "other",
        ]
        | None
    ) = fact("What it is for.", ask="What is it for?")
    agreement: Literal["287g", "detention", "information", "reimbursement", "other"] | None = fact(
        "The kind of agreement proposed or kept.", ask="What kind of agreement?"
    )
    agreement_terms_met: bool | None = fact(
        "The agreement is in writing and has the terms that the statute demands of it.",
        ask="Is the agreement in writing, with the terms that the statute demands?",
    )
    policy: Literal["limits-status-sharing", "limits-notice", "limits-holds", "limits-inquiry", "limits-any"] | None = (
        fact("What a local policy would limit.", ask="What would the policy limit?")
    )
    governing_body_approved: bool | None = fact(
        "The elected governing body (county board, city council) has approved the agreement or policy.",
        ask="Has the county board or city council approved it?",
    )
    for_reimbursement: bool | None = fact(
        "It is sent to claim federal reimbursement of jail costs (SCAAP).",
        ask="Is it sent to claim federal reimbursement of jail costs (SCAAP)?",
    )
    private_operator: bool | None = fact(
        "The detention place would be owned or run by a private company.",
        ask="Would a private company own or run the place?",
    )
    by_federal_law: bool | None = fact("Federal law itself commands it.", ask="Does federal law command it?")
    confidential: bool | None = fact(
        "The information is of a kind that the law of the place calls confidential (such as victim or witness status, "
        "sexual orientation, financial records).",
        ask="Is it information that the law calls confidential?",
    )
    written_consent: bool | None = fact(
        "The person (or a parent or guardian) has agreed in writing to the disclosure.",
        ask="Has the person agreed in writing to the disclosure?",
    )
    terrorism_investigation: bool | None = fact(
        "It is necessary for a criminal investigation of terrorism.",
        ask="Is it needed for a criminal investigation of terrorism?",
    )
    new_agreement: bool | None = fact(
        "The agreement is a new one (not one that is already in force).", ask="Is it a new agreement?"
    )
    need_certified: bool | None = fact(
        "The official whom the law names has certified in writing the need for it.",
        ask="Has the official named by the law certified the need in writing?",
    )
    governor_approved: bool | None = fact(
        "The governor has approved it, or enters into it.", ask="Has the governor approved it?"
    )
    declared_emergency: bool | None = fact(
        "It is needed because of a declared state or national emergency.",
        ask="Is it needed because of a declared emergency?",
    )
    executive_order: bool | None = fact(
        "The governor, mayor or county executive has authorised it by executive order.",
        ask="Is there an executive order that authorises it?",
    )


class Claim(BaseModel):
    """What a report says about the agency, to be set against the law."""

    model_config = MODEL

    says: str = Field(description="The claim, in a few words.")
    question: str = Field(description="The question of law it is about, such as hold.")
    source: str | None = fact("Report and paragraph.")


class Version(BaseModel):
    """One account of a fact on which sources differ."""

    model_config = MODEL

    value: Any = Field(description="What this source says.")
    source: str = Field(description="Report and paragraph.")


class Difference(BaseModel):
    """A fact on which the sources differ; every version stays."""

    model_config = MODEL

    fact: str = Field(description="Which fact, such as `date` or `detainer.received_at`.")
    versions: tuple[Version, ...] = Field(min_length=2)
    note: str | None = Field(default=None, description="Why the case uses the one it does.")


class Event(BaseModel):
    """One thing that happened, for the timeline."""

    model_config = MODEL

    type: str = Field(
        description="Kind of event: criminal-arrest, detainer-lodged, released-from-custody, ice-arrest, ..."
    )
    date: DateField = fact("When; may be partial.")
    note: str | None = fact("A few words more.")
    source: str | None = fact("Report and paragraph.")


class Case(BaseModel):
    """One custody of one person, and what is known of it."""

    model_config = MODEL

    case: str | None = fact("Identifier of the case.")
    title: str | None = fact("One line for people.")
    jurisdiction: str = Field(
        description="Code of the narrowest place whose law is asked, such as US-CT or US-VA-FAIRFAX."
    )
    agency: Agency = Field(description="The agency that holds the person: a kind alone, or a kind with more facts.")
    date: MomentField = fact(
        "The day or moment of release for which the law is asked. May be partial (2024-02, 2024), an interval {from, "
        "to}, or left out."
    )
    detainer: Detainer = Field(default_factory=Detainer, description="The detainer.")
    papers: Papers = Field(default_factory=Papers, description="Warrants, orders and subpoenas.")
    charges: tuple[Charge, ...] | None = fact("Charges and convictions.")
    record_complete: bool | None = fact(
        "The list of charges is the whole criminal record that matters: nothing else is charged, and there is no other "
        "conviction.",
        ask="Is the list of charges and convictions complete (record checked)?",
    )
    custody: Custody = Field(default_factory=Custody, description="The custody and the release.")
    person: Person = Field(default_factory=Person, description="The person held.")
    request: Request = Field(default_factory=Request, description="What is asked, beyond the hold.")
    arrested_on: DateField = fact("Day of the criminal arrest.")
    sources: dict[str, str] = Field(
        default_factory=dict, description="Where each fact came from: fact → report and paragraph, or page and box."
    )
    differences: tuple[Difference, ...] = Field(default=(), description="Facts on which the sources differ.")
    events: tuple[Event, ...] = Field(default=(), description="Timeline.")
    claims: tuple[Claim, ...] = Field(default=(), description="What reports say of the agency.")

    @field_validator("agency", mode="before")
    @classmethod
    def _agency_may_be_a_kind(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _release_after_arrest(self) -> Case:
        arrested, released = self.arrested_on, self.date
        if isinstance(arrested, PartialDate) and isinstance(released, PartialDate) and released.last < arrested.first:
            raise ValueError(f"release ({released}) is before arrest ({arrested}); check both dates")
        return self
