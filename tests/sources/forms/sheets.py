"""What stands on each test form, in order. The labels are those of the real forms; the longer statements are shortened in our own words after their first ones."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.sources.forms.drawing import HEIGHT, WIDTH, Sheet

EDITIONS: dict[str, tuple[str, ...]] = {
    "I-247A": ("02/17", "3/17"), "I-247D": ("5/15",), "I-247N": ("5/15",), "I-247X": ("5/15",), "I-247G": ("",), "I-247": ("12/11", "12/12"), "I-200": ("09/16",), "I-205": ("8/07",)}
_GROUNDS = ("box_1a_final_order", "box_1b_proceedings", "box_1c_biometric_database", "box_1d_statements_evidence")
_PRIORITIES = (
    ("priority_national_security", "has engaged in or is suspected of terrorism or espionage, or is otherwise a danger to the nation;"),
    ("priority_gang", "has been convicted of an offense of which an element was active part in a criminal street gang, or took part in one at the age of 16 or more;"),
    ("priority_felony", "has been convicted of an offense classified as a felony, leaving aside offenses that rest on immigration status;"),
    ("priority_aggravated_felony", "has been convicted of an aggravated felony, as the immigration statute defines it;"),
    ("priority_significant_misdemeanor", 'has been convicted of a "significant misdemeanor," as DHS policy defines it; and/or'),
    ("priority_three_misdemeanors", "has been convicted of 3 or more misdemeanors that arise out of three incidents, minor traffic offenses left aside."))
_ACTIONS = ("action_reason_to_believe", "action_proceedings", "action_arrest_warrant", "action_removal_order")
_I200 = ("basis_charging_document", "basis_proceedings", "basis_deferred_inspection", "basis_biometric_database", "basis_statements_evidence")
_I205 = ("order_immigration_judge", "order_designated_official", "order_board_of_immigration_appeals", "order_district_or_magistrate_judge")


def chance_marks(form: str, rng: random.Random) -> frozenset[str]:
    """The boxes that are ticked on a form, by chance but in a way that makes sense."""
    ticks: set[str] = set()
    if form in {"I-247A", "I-247D"}:
        ticks |= {"box_2_transferred_for_proceeding"} if rng.random() < 0.15 else set(rng.sample(_GROUNDS, rng.choice((1, 1, 2))))
    if form in {"I-247D", "I-247N"}:
        ticks.add(rng.choice(_PRIORITIES)[0])
    if form == "I-247":
        ticks |= set(rng.sample(_ACTIONS, rng.choice((1, 1, 2)))) | {"request_hold", "request_notice_of_release"}
        if "action_reason_to_believe" in ticks:
            ticks |= set(rng.sample(("reason_felony", "reason_three_misdemeanors", "reason_misdemeanor", "reason_illegal_entry", "reason_reentry", "reason_other"), 1))
        if rng.random() < 0.5:
            ticks.add("request_copy")
    elif form.startswith("I-247"):
        ticks.add(rng.choice(("notify_ice", "notify_ice", "notify_cbp")))
    if form.startswith("I-247"):
        if rng.random() < 0.12:
            ticks.add("cancel_prior_detainer")
        if rng.random() < 0.5 and form != "I-247":
            ticks.add(rng.choice(("served_in_person", "served_by_inmate_mail", "served_otherwise")))
    if form == "I-200":
        ticks |= set(rng.sample(_I200, rng.choice((1, 2))))
    if form == "I-205":
        ticks.add(rng.choice(_I205))
    return frozenset(ticks)


def _heading(sheet: Sheet, title: str) -> None:
    style = sheet.style
    sheet.centred("DEPARTMENT OF HOMELAND SECURITY (DHS)", 10)
    sheet.down += 13
    sheet.centred(title, 11 if len(title) < 60 else 9)
    sheet.down += 20
    middle = WIDTH / 2 + 10
    for pair in ((("subject_id", "Subject ID:"), ("file_number", "File No:")), (("event_number", "Event #:"), ("date", "Date:"))):
        for (name, label), x, right in zip(pair, (style.left, middle), (middle - 8, WIDTH - style.left), strict=True):
            sheet.labelled(name, label, x, right, under=style.under, rule=not style.under)
        sheet.down += style.rows + (style.value_size + 2 if style.under else 0)
    sheet.canvas.setLineWidth(0.8)
    sheet.canvas.line(style.left, HEIGHT - sheet.down + style.rows - 6, WIDTH - style.left, HEIGHT - sheet.down + style.rows - 6)


def _address(sheet: Sheet, middle_words: str | None = None) -> None:
    style = sheet.style
    middle = WIDTH / 2 + 10
    top = sheet.down
    sheet.text(style.left, "TO: (Name and Title of Institution - OR Any Subsequent Law")
    sheet.text(middle, "FROM: (DHS Office Address)" if sheet.rng.random() < 0.5 else "FROM: (Department of Homeland Security Office Address)")
    sheet.down += style.label_size + 2
    sheet.text(style.left, "Enforcement Agency)")
    sheet.down = top + 2 * style.label_size + 9 + style.value_size * 0.6
    sheet.answer("to", style.left + 4, middle - style.left - 20, lines=3, rule=False)
    sheet.answer("from", middle + 4, WIDTH - style.left - middle - 10, lines=3, rule=False)
    sheet.down += 3 * (style.value_size + 2.5) + 8
    sheet.canvas.line(style.left, HEIGHT - sheet.down + 10, WIDTH - style.left, HEIGHT - sheet.down + 10)
    if middle_words:
        sheet.down += 6
        sheet.centred(middle_words, 9)
        sheet.down += 6
    sheet.down += 12


def _person(sheet: Sheet, who: str, citizen: str) -> None:
    style = sheet.style
    right = WIDTH - style.left
    sheet.labelled("name_of_alien", f"Name of {who}:", style.left, right)
    sheet.down += style.rows
    third = (right - style.left) / 3
    sheet.labelled("date_of_birth", "Date of Birth:", style.left, style.left + third - 6)
    sheet.labelled("citizenship", f"{citizen}:", style.left + third, style.left + 2 * third + 30)
    sheet.labelled("sex", "Sex:", style.left + 2 * third + 40, right)
    sheet.down += style.rows


def _grounds(sheet: Sheet, who: str) -> None:
    x = sheet.style.left + 12
    sheet.statement("box_1a_final_order", f"a final order of removal against the {who};", x)
    sheet.statement("box_1b_proceedings", f"the pendency of ongoing removal proceedings against the {who};", x)
    sheet.statement("box_1c_biometric_database", f"biometric confirmation of the {who}'s identity and a records check of federal databases that show, alone or with other reliable "
                    "information, that there is no immigration status or that the person is removable all the same; and/or", x)
    sheet.statement("box_1d_statements_evidence", f"statements made by the {who} to an immigration officer and/or other reliable evidence that show that there is no "
                    "immigration status or that the person is removable all the same.", x)


def _transferred(sheet: Sheet, who: str) -> None:
    sheet.text(sheet.style.left, f"2. DHS TRANSFERRED THE {who.upper()} TO YOUR CUSTODY FOR A PROCEEDING OR INVESTIGATION.", bold=True)
    sheet.down += sheet.style.label_size + 5
    sheet.statement("box_2_transferred_for_proceeding", f"Upon completion of the proceeding or investigation for which the {who} was brought to you, DHS means to "
                    "take custody again to complete processing.", sheet.style.left + 12)


def _requests(sheet: Sheet, who: str, hold: bool, what: str) -> None:
    style = sheet.style
    sheet.text(style.left, "IT IS THEREFORE REQUESTED THAT YOU:", bold=True)
    sheet.down += style.label_size + 5
    sheet.paragraph(style.left + 8, f"• Notify DHS as early as practicable (at least 48 hours, if possible) before the {who} is released from your custody.")
    end = sheet.text(style.left + 14, "Please notify DHS by calling ")
    end = sheet.text(sheet.check("notify_ice", end + 2), "U.S. Immigration and Customs Enforcement (ICE) or ")
    sheet.text(sheet.check("notify_cbp", end + 2), "U.S. Customs and Border")
    sheet.down += style.label_size + (9 if sheet.mode == "fillable" else 5)  # a field to fill in is higher than its line
    if sheet.rng.random() < 0.5:
        end = sheet.text(style.left + 14, "Protection (CBP) at")
    else:
        end = sheet.text(style.left + 14, "Customs and Border Protection (CBP) at")
    sheet.answer("notify_phone", end + 4, 130)
    sheet.text(end + 140, ". If you cannot reach an official, contact")
    sheet.down += style.label_size + 4
    sheet.paragraph(style.left + 14, "the Law Enforcement Support Center at: (802) 872-6020.")
    if hold:
        sheet.paragraph(style.left + 8, f"• Maintain custody of the {who} for a period NOT TO EXCEED 48 HOURS beyond the time of release. The {who} must be served with a "
                        "copy of this form for the detainer to take effect.")
    sheet.paragraph(style.left + 8, "• Relay this paper to any other agency to which custody passes, and tell us of death, hospital or transfer.")
    end = sheet.check("cancel_prior_detainer", style.left + 2)
    end = sheet.text(end, f"If checked: please cancel the {what} related to this {who} previously submitted to you on")
    sheet.answer("cancel_prior_detainer_date", end + 4, 70)
    sheet.text(end + 78, "(date).")
    sheet.down += style.label_size + 2


def _officer(sheet: Sheet) -> None:
    sheet.captions([("officer_name_title", "(Name and title of Immigration Officer)"), ("officer_signature", "(Signature of Immigration Officer) (Sign in ink)")])


def _jail(sheet: Sheet, who: str) -> None:
    style = sheet.style
    right = WIDTH - style.left
    half = WIDTH / 2
    sheet.paragraph(style.left, f"Notice: If the {who} may be the victim of a crime, call the Law Enforcement Support Center.")
    sheet.down += 2
    sheet.text(style.left, f"TO BE COMPLETED BY THE LAW ENFORCEMENT AGENCY CURRENTLY HOLDING THE {who.upper()} OF THIS NOTICE:", bold=True, size=min(8.0, style.label_size))
    sheet.down += style.label_size + 5
    end = sheet.text(style.left, "Please provide the information below, sign, and return to DHS by mailing, emailing or faxing a copy to")
    sheet.answer("return_number", end + 3, right - end - 4)
    sheet.down += style.rows
    sheet.labelled("local_booking_number", "Local Booking/Inmate #:", style.left, half - 10)
    sheet.labelled("estimated_release", "Estimated release date/time:", half, right)
    sheet.down += style.rows
    sheet.labelled("latest_charge_date", "Date of latest criminal charge/conviction:", style.left, half + 10)
    sheet.down += style.rows
    sheet.labelled("last_offense", "Last offense charged/conviction:", style.left, right)
    sheet.down += style.rows
    end = sheet.text(style.left, f"This form was served upon the {who} on")
    sheet.answer("served_on_alien_date", end + 4, 80)
    sheet.text(end + 88, ", in the following manner:")
    sheet.down += style.label_size + 7
    end = sheet.text(sheet.check("served_in_person", style.left + 20), "in person")
    end = sheet.text(sheet.check("served_by_inmate_mail", end + 22), "by inmate mail delivery")
    end = sheet.text(sheet.check("served_otherwise", end + 22), "other (please specify):")
    sheet.answer("served_otherwise_how", end + 4, right - end - 4)
    sheet.down += 4
    sheet.captions([("local_officer_name_title", "(Name and title of Officer)"), ("local_officer_signature", "(Signature of Officer) (Sign in ink)")], 20)


def _i247a(sheet: Sheet, edition: str) -> None:
    _heading(sheet, "IMMIGRATION DETAINER - NOTICE OF ACTION")
    _address(sheet)
    _person(sheet, "Alien", "Citizenship")
    sheet.text(sheet.style.left, "1. DHS HAS DETERMINED THAT PROBABLE CAUSE EXISTS THAT THE SUBJECT IS A REMOVABLE ALIEN.", bold=True)
    sheet.down += sheet.style.label_size + 2
    sheet.text(sheet.style.left + 10, "THIS DETERMINATION IS BASED ON (complete box 1 or 2):", bold=True)
    sheet.down += sheet.style.label_size + 4
    _grounds(sheet, "alien")
    _transferred(sheet, "alien")
    _requests(sheet, "alien", True, "detainer")
    _officer(sheet)
    _jail(sheet, "alien")


def _i247d(sheet: Sheet, edition: str) -> None:
    sheet.style.label_size = min(sheet.style.label_size, 7.8)
    sheet.style.rows = min(sheet.style.rows, 17.5)
    sheet.style.under = False
    sheet.style.value_size = min(sheet.style.value_size, 10.0)
    _heading(sheet, "IMMIGRATION DETAINER - REQUEST FOR VOLUNTARY ACTION")
    _address(sheet)
    _person(sheet, "Subject", "Citizenship")
    sheet.text(sheet.style.left, "1. DHS HAS DETERMINED THAT (mark at least one option in A and one in B, or go on to 2):", bold=True)
    sheet.down += sheet.style.label_size + 3
    sheet.text(sheet.style.left + 6, "A. THE SUBJECT IS AN IMMIGRATION ENFORCEMENT PRIORITY BECAUSE HE/SHE:", bold=True)
    sheet.down += sheet.style.label_size + 4
    for name, words in _PRIORITIES:
        sheet.statement(name, words, sheet.style.left + 12)
    sheet.text(sheet.style.left + 6, "B. PROBABLE CAUSE EXISTS THAT THE SUBJECT IS A REMOVABLE ALIEN. THIS RESTS ON:", bold=True)
    sheet.down += sheet.style.label_size + 4
    _grounds(sheet, "subject")
    _transferred(sheet, "subject")
    _requests(sheet, "subject", True, "detainer")
    _officer(sheet)
    _jail(sheet, "subject")


def _i247n(sheet: Sheet, edition: str) -> None:
    _heading(sheet, "REQUEST FOR VOLUNTARY NOTIFICATION OF RELEASE OF SUSPECTED PRIORITY ALIEN")
    _address(sheet)
    _person(sheet, "Subject", "Suspected Citizenship")
    sheet.text(sheet.style.left, "1. DHS SUSPECTS THAT THE SUBJECT IS A REMOVABLE ALIEN AND A PRIORITY BECAUSE HE/SHE:", bold=True)
    sheet.down += sheet.style.label_size + 4
    for name, words in _PRIORITIES:
        sheet.statement(name, words, sheet.style.left + 12)
    _transferred(sheet, "subject")
    _requests(sheet, "subject", False, "notification request")
    _officer(sheet)
    _jail(sheet, "subject")


def _i247x(sheet: Sheet, edition: str) -> None:
    _heading(sheet, "REQUEST FOR VOLUNTARY TRANSFER")
    _address(sheet)
    _person(sheet, "Subject", "Citizenship")
    sheet.paragraph(sheet.style.left, "(The statements of section 1 of this form are not drawn: nobody has read them.)")
    _transferred(sheet, "subject")
    _requests(sheet, "subject", True, "request")
    _officer(sheet)
    _jail(sheet, "subject")


def _i247g(sheet: Sheet, edition: str) -> None:
    _heading(sheet, "REQUEST FOR ADVANCE NOTIFICATION OF RELEASE")
    _address(sheet)
    _person(sheet, "Subject", "Citizenship")
    _requests(sheet, "subject", False, "request")
    _officer(sheet)
    _jail(sheet, "subject")


def _i247(sheet: Sheet, edition: str) -> None:
    style = sheet.style
    style.label_size, style.rows = min(style.label_size, 8.0), min(style.rows, 18.5)
    style.under = False
    _heading(sheet, "IMMIGRATION DETAINER - NOTICE OF ACTION")
    _address(sheet, "MAINTAIN CUSTODY OF ALIEN FOR A PERIOD NOT TO EXCEED 48 HOURS")
    _person(sheet, "Alien", "Nationality")
    sheet.text(style.left, "THE U.S. DEPARTMENT OF HOMELAND SECURITY (DHS) HAS TAKEN THE FOLLOWING ACTION RELATED TO", bold=True)
    sheet.down += style.label_size + 2
    sheet.text(style.left, "THE PERSON IDENTIFIED ABOVE, CURRENTLY IN YOUR CUSTODY:", bold=True)
    sheet.down += style.label_size + 4
    x = style.left + 8
    if edition == "12/12":
        sheet.statement("action_reason_to_believe", "Determined that there is reason to believe the individual is an alien subject to removal. The individual (check all that apply):", x)
        for name, words in (
                ("reason_felony", "has a prior felony conviction or has been charged with a felony offense;"),
                ("reason_three_misdemeanors", "has three or more prior misdemeanor convictions;"),
                ("reason_misdemeanor", "has a prior misdemeanor conviction or has been charged with a misdemeanor that involves violence, threats, drink or drugs at the wheel or the like;"),
                ("reason_illegal_entry", "has been convicted of illegal entry pursuant to 8 U.S.C. 1325;"),
                ("reason_reentry", "has illegally re-entered the country after an earlier removal;"),
                ("reason_fraud", "has been found by an immigration officer or an immigration judge to have committed fraud;"),
                ("reason_risk", "otherwise poses a significant risk to national security, the border or the public; and/or")):
            sheet.statement(name, words, x + 16)
        end = sheet.text(sheet.check("reason_other", x + 16), "other (specify):")
        sheet.answer("reason_other_what", end + 4, 220)
        sheet.down += style.label_size + 6
    else:
        sheet.statement("action_investigation", "Initiated an investigation to determine whether this person can be removed.", x)
    sheet.statement("action_proceedings", "Initiated removal proceedings and served a Notice to Appear or other charging document.", x)
    sheet.statement("action_arrest_warrant", "Served a warrant of arrest for removal proceedings. A copy is attached.", x)
    sheet.statement("action_removal_order", "Obtained an order of deportation or removal from the United States for this person.", x)
    sheet.text(style.left, "IT IS REQUESTED THAT YOU:", bold=True)
    sheet.down += style.label_size + 4
    sheet.statement("request_hold", "Maintain custody of the subject for a period NOT TO EXCEED 48 HOURS, excluding Saturdays, Sundays, and holidays.", x)
    sheet.statement("request_copy", "Provide a copy to the subject of this detainer.", x)
    sheet.statement("request_notice_of_release", "Notify this office of the time of release at least 30 days before, or as early as can be.", x)
    sheet.statement("request_notice_of_death", "Notify this office in the event of the inmate's death, or of hospital or transfer.", x)
    sheet.statement("request_upon_conviction", "Consider this request for a detainer operative only upon the subject's conviction.", x)
    end = sheet.text(sheet.check("cancel_prior_detainer", x), "Cancel the detainer previously placed by this Office on")
    sheet.answer("cancel_prior_detainer_date", end + 4, 80)
    sheet.text(end + 90, "(date).")
    sheet.down += style.label_size + 2
    _officer(sheet)
    right, half = WIDTH - style.left, WIDTH / 2
    sheet.text(style.left, "TO BE COMPLETED BY THE LAW ENFORCEMENT AGENCY CURRENTLY HOLDING THE SUBJECT OF THIS NOTICE:", bold=True, size=7.6)
    sheet.down += style.label_size + 5
    end = sheet.text(style.left, "Please provide the information below, sign, and return to DHS by faxing a copy to")
    sheet.answer("return_number", end + 3, 110)
    sheet.down += style.rows
    sheet.labelled("local_booking_number", "Local Booking/Inmate #:", style.left, half - 10)
    sheet.labelled("estimated_release", "Estimated release:", half, right - 40)
    sheet.text(right - 36, "(date)")
    sheet.down += style.rows
    sheet.labelled("latest_charge_date", "Latest criminal charge/conviction:", style.left, half - 40)
    sheet.text(half - 36, "(date)")
    sheet.labelled("last_offense", "Last criminal charge/conviction:", half, right)
    sheet.down += 4
    sheet.captions([("local_officer_name_title", "(Name and title of Officer)"), ("local_officer_signature", "(Signature of Officer)")], 20)


def _i200(sheet: Sheet, edition: str) -> None:
    style = sheet.style
    sheet.centred("U.S. DEPARTMENT OF HOMELAND SECURITY          Warrant for Arrest of Alien", 11)
    sheet.down += 34
    x = WIDTH / 2 + 60
    sheet.labelled("file_number", "File No.", x, WIDTH - style.left)
    sheet.down += style.rows
    sheet.labelled("date", "Date:", x, WIDTH - style.left)
    sheet.down += 30
    sheet.paragraph(style.left, "To: Any immigration officer authorized pursuant to sections 236 and 287 of the Immigration and Nationality Act to serve warrants of arrest")
    sheet.down += 14
    end = sheet.text(style.left, "I have determined that there is probable cause to believe that")
    sheet.answer("name_of_alien", end + 4, WIDTH - style.left - end - 6)
    sheet.down += style.rows
    sheet.paragraph(style.left, "is removable from the United States. This determination is based upon:")
    sheet.down += 6
    for name, words in (
            ("basis_charging_document", "the execution of a charging document to initiate removal proceedings against the subject;"),
            ("basis_proceedings", "the pendency of ongoing removal proceedings against the subject;"),
            ("basis_deferred_inspection", "the failure to establish admissibility subsequent to deferred inspection;"),
            ("basis_biometric_database", "biometric confirmation of the subject's identity and a records check of federal databases that show that there is no status; and/or"),
            ("basis_statements_evidence", "statements made voluntarily by the subject to an immigration officer and/or other reliable evidence.")):
        sheet.statement(name, words, style.left + 20)
        sheet.down += 5
    sheet.down += 10
    sheet.paragraph(style.left, "YOU ARE COMMANDED to arrest and take into custody for removal proceedings the above-named alien.")
    sheet.down += 10
    sheet.captions([("officer_signature", "(Signature of Authorized Immigration Officer)")], 30, WIDTH / 2 - 20)
    sheet.captions([("officer_name_title", "(Printed Name and Title of Authorized Immigration Officer)")], 26, WIDTH / 2 - 20)
    sheet.down += 12
    sheet.centred("Certificate of Service", 11)
    sheet.down += 24
    end = sheet.text(style.left, "I hereby certify that the Warrant for Arrest of Alien was served by me at")
    sheet.answer("served_place", end + 4, WIDTH - style.left - end - 8)
    sheet.down += style.label_size + 3
    sheet.text(end + 50, "(Location)")
    sheet.down += 6
    sheet.captions([("served_on", "(Name of Alien)"), ("served_on_alien_date", "(Date of Service)")])
    sheet.text(style.left, "and the contents of this notice were read to him or her in the language below.")
    sheet.down += 6
    sheet.captions([("served_language", "(Language)"), (None, "")])
    sheet.captions([("serving_officer", "Name and Signature of Officer"), ("interpreter", "Name or Number of Interpreter (if applicable)")], 30)


def _i205(sheet: Sheet, edition: str) -> None:
    style = sheet.style
    sheet.centred("DEPARTMENT OF HOMELAND SECURITY", 10)
    sheet.down += 14
    sheet.centred("U.S. Immigration and Customs Enforcement", 10)
    sheet.down += 24
    sheet.centred("WARRANT OF REMOVAL/DEPORTATION", 12)
    sheet.down += 30
    x = WIDTH / 2 + 60
    sheet.labelled("file_number", "File No:", x, WIDTH - style.left)
    sheet.down += style.rows
    sheet.labelled("date", "Date:", x, WIDTH - style.left)
    sheet.down += 28
    sheet.text(style.left, "To any immigration officer of the United States Department of Homeland Security:")
    sheet.down += 12
    sheet.captions([("name_of_alien", "(Full name of alien)")])
    sheet.down += 4
    sheet.text(style.left, "who entered the United States at")
    sheet.down += 2
    sheet.captions([("entry_place", "(Place of entry)"), ("entry_date", "(Date of entry)")])
    sheet.down += 6
    sheet.paragraph(style.left, "is subject to removal/deportation from the United States, based upon a final order by:")
    sheet.down += 6
    for name, words in (
            ("order_immigration_judge", "an immigration judge in exclusion, deportation, or removal proceedings"),
            ("order_designated_official", "a designated official"),
            ("order_board_of_immigration_appeals", "the Board of Immigration Appeals"),
            ("order_district_or_magistrate_judge", "a United States District or Magistrate Court Judge")):
        sheet.statement(name, words, style.left + 24)
        sheet.down += 6
    sheet.down += 6
    end = sheet.text(style.left, "and pursuant to the following provisions of the Immigration and Nationality Act:")
    sheet.answer("provisions", end + 4, WIDTH - style.left - end - 6)
    sheet.down += 26
    sheet.paragraph(style.left, "I, the undersigned officer of the United States, under the laws of the United States, command you to take into custody and remove from "
                    "the United States the above-named alien, pursuant to law,")
    end = sheet.text(style.left, "at the expense of:")
    sheet.answer("expense", end + 4, 300)
    sheet.down += 24
    sheet.captions([("officer_signature", "(Signature of immigration officer)")], 30, WIDTH / 2 - 20)
    sheet.captions([("officer_title", "(Title of immigration officer)")], 26, WIDTH / 2 - 20)
    sheet.captions([("issued_date_place", "(Date and office location)")], 26, WIDTH / 2 - 20)


SHEETS: dict[str, Callable[[Sheet, str], None]] = {
    "I-247A": _i247a, "I-247D": _i247d, "I-247N": _i247n, "I-247X": _i247x, "I-247G": _i247g, "I-247": _i247, "I-200": _i200, "I-205": _i205}
