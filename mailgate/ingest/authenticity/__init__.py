"""Is a mail from whom its From names? Told by a border server (``told``), or worked out here (``own_check``)."""
