"""Pages of the books."""

from django.urls import path
from django.views.generic import RedirectView

from ledger.views import books, entries, items, periods, tieout

app_name = "ledger"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="ledger:trial_balance"), name="home"),
    path("trial-balance", books.trial_balance, name="trial_balance"),
    path("accounts", books.chart, name="chart"),
    path("accounts/<int:pk>", books.account_sheet, name="account_sheet"),
    path("accounts/determination", books.account_determination, name="determination"),
    path("tax", books.tax, name="tax"),
    path("entries", entries.entry_list, name="entries"),
    path("entries/new", entries.entry_new, name="entry_new"),
    path("entries/<int:pk>", entries.entry, name="entry"),
    path("entries/<int:pk>/reverse", entries.entry_reverse, name="entry_reverse"),
    path("items", items.item_list, name="items"),
    path("items/<int:pk>", items.item, name="item"),
    path("items/<int:pk>/settle", items.item_settle, name="item_settle"),
    path("settlements/<int:pk>/undo", items.settlement_undo, name="settlement_undo"),
    path("ageing", items.ageing, name="ageing"),
    path("ageing/<int:pk>", books.statement, name="statement"),
    path("periods", periods.period_list, name="periods"),
    path("periods/<int:pk>", periods.period, name="period"),
    path("periods/<int:pk>/close", periods.period_close, name="period_close"),
    path("periods/<int:pk>/revalue", periods.period_revalue, name="period_revalue"),
    path("periods/<int:pk>/reopen", periods.period_reopen, name="period_reopen"),
    path("tie-out", tieout.tie_out, name="tie_out"),
    path("tie-out/check", tieout.check_again, name="check_again"),
]
