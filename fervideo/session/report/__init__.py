"""A session, or several side by side, as one page that can be printed and passed on."""

from fervideo.session.report.build import ReportEntry, read_entry, write_plots, write_report

__all__ = ["ReportEntry", "read_entry", "write_plots", "write_report"]
