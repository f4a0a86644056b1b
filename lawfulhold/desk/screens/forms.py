"""Forms as the screens show them: the Design System's fields, times in the agency's zone, an optional paper."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from lawfulhold.desk.models import Document
from lawfulhold.desk.services import documents

_CLASSES = {"checkbox": "usa-checkbox__input", "radio": "usa-radio__input", "select": "usa-select", "file": "usa-input"}
YES_NO = (("", "Not known"), ("yes", "Yes"), ("no", "No"))


class DeskForm(forms.Form):
    """A form of the desk. `since` and `seen` are set when somebody else changed the case first; `status` is that of
    the answer then.
    """

    required_css_class = "required"
    use_required_attribute = True
    together: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.since: list[Any] = []
        self.seen: int | None = None
        self.status = 422
        for field in self.fields.values():
            widget = field.widget
            kind = getattr(widget, "input_type", "")
            widget.attrs["class"] = _CLASSES.get(
                kind, "usa-textarea" if isinstance(widget, forms.Textarea) else "usa-input"
            )

    def value(self, name: str) -> Any:
        """What was given for a field."""
        return self.cleaned_data[name]

    def values(self, *names: str, **renamed: str) -> dict[str, Any]:
        """What was given for several fields, by their names; `renamed` gives a field under another name."""
        return {name: self.value(field) for name, field in {**{name: name for name in names}, **renamed}.items()}


class GroupedForm(DeskForm):
    """A form whose fields stand in groups, each with its title."""

    groups: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()

    def fieldsets(self) -> list[tuple[str, list[Any]]]:
        """The fields in their groups."""
        return [(title, [self[name] for name in names]) for title, names in self.groups]


class Moment(forms.DateTimeField):
    """A date and time in the agency's zone. Times that a change of the clock leaves out, or has twice, are refused
    with a word.
    """

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(
            widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs
        )


class Day(forms.DateField):
    """A day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"], **kwargs
        )


class Words(forms.CharField):
    """A text of some lines."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 2_000)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class OneOf(forms.ChoiceField):
    """One of a few, all of them in sight."""

    widget = forms.RadioSelect


class Known(forms.ChoiceField):
    """Yes, no, or not known: three different things."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(choices=YES_NO, initial="", **kwargs)

    def clean(self, value: Any) -> Any:
        """True, False or None."""
        return {"yes": True, "no": False}.get(super().clean(value))


class Paper(forms.FileField):
    """A scan: PDF, PNG, JPEG or TIFF, looked at by its content."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", "PDF, PNG, JPEG or TIFF.")
        super().__init__(
            widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.tif,.tiff"}), max_length=200, **kwargs
        )


def document_of(form: DeskForm, name: str, kind: str, **more: Any) -> Document | None:
    """The paper given in a field, looked at and not yet saved; None when none was given. Raises `Invalid`."""
    file = form.cleaned_data.get(name)
    if not file:
        return None
    return documents.document(file.read(), file.name, kind, **more)
