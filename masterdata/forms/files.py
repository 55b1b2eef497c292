"""Files that people send."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Looks


class UploadForm(Looks, forms.Form):
    """A file with a table."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel workbook (.xlsx), at most 20 MB. Its first row names the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"empty": _("The file is empty. Its first row must name the columns.")},
    )
