"""Every action of the window, a table for each menu: words, shortcut, icon. No code."""
