"""A session, or several side by side, as one page that can be printed and passed on."""

from fervideo.session.report.build import ReportEntry, read_entry, write_plots, write_report
from fervideo.session.report.page import A_PAGE

__all__ = ["A_PAGE", "ReportEntry", "read_entry", "write_plots", "write_report"]
